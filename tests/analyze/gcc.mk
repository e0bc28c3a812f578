# make analyze: what gcc 12's -fanalyzer is wrong about, file by file.

# It loses pointers that are kept in an array.
$(B)/core/engine.o: override CFLAGS += -Wno-analyzer-malloc-leak

# It does not see that a first chunk of more than nothing makes room.
$(B)/audio/decode.o: override CFLAGS += -Wno-analyzer-null-dereference

# It does not follow a loop over three elements to its end.
$(B)/tui/csv_file.o: override CFLAGS += -Wno-analyzer-use-of-uninitialized-value

# It forgets the condition of a loop: "seatv && i < n".
$(B)/tui/model_list.o: override CFLAGS += -Wno-analyzer-possible-null-dereference
