# Compiler and library flags, one place for every target

CSTD := -std=c11 -D_GNU_SOURCE -DHAVE_INTTYPES_H -DHAVE_STDBOOL_H \
	-DHAVE_INET6 -I.

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wcast-align -Wcast-qual \
	-Wpointer-arith -Wwrite-strings -Wundef -Wvla -Wformat=2 \
	-Wswitch-enum -Wimplicit-fallthrough -Wconversion -Wnull-dereference

ifneq (,$(findstring clang,$(CC)))
WARN += -Wcomma -Wunreachable-code -Wshorten-64-to-32 \
	-Wconditional-uninitialized
else
WARN += -Wlogical-op -Wduplicated-cond -Wduplicated-branches \
	-Wformat-signedness -Wjump-misses-init
endif

ifdef WERROR
WARN += -Werror
endif

OPT := -O2 -g -fPIC -fvisibility=hidden -fno-common -fstack-protector-strong
ifdef SANITIZE
OPT := -O1 -g -fPIC -fvisibility=hidden -fno-common \
	-fsanitize=address,undefined -fno-omit-frame-pointer \
	-fno-sanitize-recover=all
LDFLAGS += -fsanitize=address,undefined
# The compiler's bounds on values get lost among the checks.
WARN += -Wno-format-truncation
else ifdef FUZZ
OPT := -O1 -g -fPIC -fvisibility=hidden -fno-common \
	-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer \
	-fno-sanitize-recover=all
LDFLAGS += -fsanitize=fuzzer,address,undefined
# It takes no function's word that outputs are written on success.
WARN += -Wno-conditional-uninitialized
else
OPT += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

ifdef ANALYZE
OPT += -fanalyzer
endif

override CFLAGS := $(CSTD) $(OPT) $(WARN) -pthread $(CFLAGS)
override LDFLAGS := -Wl,-z,relro,-z,now $(LDFLAGS)

PKG_CONFIG ?= pkg-config
isystem     = $(patsubst -I%,-isystem %,$(filter -I%,\
	      $(shell $(PKG_CONFIG) --cflags-only-I $(1) 2>/dev/null)))

RE_CFLAGS     := -isystem /usr/include/re -isystem /usr/include/rem
RE_LIBS       := -lre -lrem
TLS_LIBS      := -lssl -lcrypto
PQ_CFLAGS     := $(call isystem,libpq)
PQ_LIBS       := -lpq
SND_CFLAGS    := $(call isystem,sndfile samplerate)
SND_LIBS      := -lsndfile -lsamplerate
TUI_CFLAGS    :=
TUI_LIBS      := -lncursesw -ltinfo
URING_LIBS    := -luring
CSV_LIBS      := -lcsv
CMOCKA_CFLAGS := $(call isystem,cmocka)
CMOCKA_LIBS   := -lcmocka
