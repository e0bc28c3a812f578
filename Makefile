# ringround: make, make run, make check, make install, make clean

VERSION   := 0.1.0
PREFIX    ?= /usr/local
DESTDIR   ?=
CC        ?= gcc
B         ?= build

LIBDIR    := $(PREFIX)/lib/ringround
SHAREDIR  := $(PREFIX)/share/ringround
MANDIR    := $(PREFIX)/share/man
BASHDIR   := $(PREFIX)/share/bash-completion/completions
UNITDIR   := $(PREFIX)/lib/systemd/system
USERSDIR  := $(PREFIX)/lib/sysusers.d

include packaging/flags.mk

# make V=1 shows the commands whole
say        = @$(if $(V),set -x;,echo '  CC $<';)

# --- what is made of what ---------------------------------------------------
# The program needs no SIP and no libre; the module has it all.

CORE      := $(wildcard core/*.c)
AUDIO     := $(wildcard audio/*.c)
SQL_ASYNC := sql/hush.c sql/pgconn.c sql/report_items.c sql/reports.c sql/rows.c \
	     $(wildcard sql/store*.c)
SQL_SYNC  := $(filter-out $(SQL_ASYNC),$(wildcard sql/*.c))
CONSOLE   := $(wildcard $(addprefix tui/,aside*.c canvas*.c console*.c dialog*.c \
	     edit*.c export*.c feed*.c front*.c keymap*.c model*.c \
	     sequence*.c style*.c table*.c tags*.c term*.c view*.c))
PROGRAM   := $(filter-out $(CONSOLE),$(wildcard tui/*.c))
PRELOAD   := $(wildcard baresip-glue/preload*.c)
GLUE      := $(filter-out $(PRELOAD),$(wildcard baresip-glue/*.c))

QUERIES   := $(sort $(wildcard sql/query/*.sql))
SCHEMA    := $(sort $(wildcard sql/schema/*.sql))

obj        = $(patsubst %.c,$(B)/%.o,$(1))

PROG_OBJ  := $(call obj,$(CORE) $(SQL_SYNC) $(AUDIO) $(PROGRAM) $(CONSOLE)) \
	     $(B)/sql/embedded.o
MOD_OBJ   := $(call obj,$(CORE) $(SQL_SYNC) $(SQL_ASYNC) audio/decode.c \
	     audio/memfile.c $(CONSOLE) $(GLUE)) $(B)/sql/embedded.o

UNIT      := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,\
	     $(wildcard tests/unit/test_*.c))

.PHONY: all run check check-unit check-system san fuzz fuzz-sip fuzz-build \
	fuzz-targets analyze check-valgrind bench bench-store bench-console \
	bench-calls bench-flood bench-import bench-soak screens install uninstall deb \
	check-package clean deps-build deps-test

DEMO      := $(patsubst packaging/%,$(B)/%,$(wildcard packaging/demo/*))

UNITS     := $(B)/ringround.service $(B)/ringround@.service

all: $(B)/ringround $(B)/ringround.so $(B)/ringround-preload.so $(DEMO) \
	$(UNITS)

# One engine, and one of several; lines that begin with @T are the latter's.
$(B)/ringround.service: packaging/ringround.service.in Makefile
	@mkdir -p $(@D)
	sed -e '/^@T /d' -e 's|@bindir@|$(PREFIX)/bin|' -e 's|@of@||' \
		-e 's|@node@||' -e 's|@dash@||' $< >$@

$(B)/ringround@.service: packaging/ringround.service.in Makefile
	@mkdir -p $(@D)
	sed -e 's/^@T //' -e 's|@bindir@|$(PREFIX)/bin|' -e 's|@of@|, %i|' \
		-e 's|@node@|-n %i |' -e 's|@dash@|-%i|' $< >$@

$(B)/demo/%: packaging/demo/%
	@mkdir -p $(@D)
	cp $< $@

$(B)/ringround: $(PROG_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ $(PQ_LIBS) $(TUI_LIBS) $(SND_LIBS) \
		-lebur128 $(CSV_LIBS) -lm -pthread

# A thread that hangs in a library may outlive the module's close.
$(B)/ringround.so: $(MOD_OBJ)
	$(CC) $(LDFLAGS) -shared -Wl,-z,nodelete -o $@ $^ $(PQ_LIBS) \
		$(SND_LIBS) $(TUI_LIBS) $(URING_LIBS) $(TLS_LIBS) -lm -pthread

# Weak references only: it must load into programs that lack libre, too.
$(B)/ringround-preload.so: $(call obj,$(PRELOAD))
	$(CC) $(LDFLAGS) -shared -o $@ $^

$(B)/%.o: %.c packaging/flags.mk Makefile
	@mkdir -p $(@D)
	$(say) $(CC) $(CFLAGS) $(PART_CFLAGS) -MMD -MP -c -o $@ $<

# Third-party headers are seen by the folder that may include them only.
$(B)/sql/%.o:          PART_CFLAGS = $(PQ_CFLAGS) $(RE_CFLAGS)
$(B)/audio/%.o:        PART_CFLAGS = $(SND_CFLAGS)
$(B)/baresip-glue/%.o: PART_CFLAGS = $(RE_CFLAGS) $(SND_CFLAGS) \
	-DVERSION='"$(VERSION)"'
$(B)/tui/%.o:          PART_CFLAGS = $(TUI_CFLAGS) \
	-DVERSION='"$(VERSION)"' -DLIBDIR='"$(LIBDIR)"' \
	-DSHAREDIR='"$(SHAREDIR)"'
$(B)/tests/bench/%.o:  PART_CFLAGS = $(PQ_CFLAGS) $(RE_CFLAGS)
$(B)/tests/fuzz/%.o:   PART_CFLAGS = $(PQ_CFLAGS)
$(B)/tests/unit/%.o:   PART_CFLAGS = $(PQ_CFLAGS) $(RE_CFLAGS) $(SND_CFLAGS) \
	$(TUI_CFLAGS) $(CMOCKA_CFLAGS) -DVERSION='"$(VERSION)"'

# One C array for each statement and each migration; the name is the file's.
$(B)/sql/embedded.c: sql/embed.sh $(QUERIES) $(SCHEMA)
	@mkdir -p $(@D)
	sh sql/embed.sh $(SCHEMA) $(QUERIES) >$@.tmp && mv $@.tmp $@

$(B)/sql/embedded.o: $(B)/sql/embedded.c
	$(say) $(CC) $(CFLAGS) -Wno-overlength-strings -MMD -MP -c -o $@ $<

# --- tests ------------------------------------------------------------------

# A test program links the parts that it names in a line "links: ..." of its
# own; the parts are objects relative to the build folder.
UNIT_LINKS = $(addprefix $(B)/,$(shell sed -n 's|^.*links: ||p' $(1)))

define unit_rule
$(B)/tests/unit/$(1): $(B)/tests/unit/$(1).o \
		$$(call UNIT_LINKS,tests/unit/$(1).c)
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(CMOCKA_LIBS) $$(PQ_LIBS) \
		$$(SND_LIBS) -lebur128 $$(TUI_LIBS) $$(URING_LIBS) $$(RE_LIBS) \
		$$(CSV_LIBS) -lm -pthread
endef
$(foreach t,$(notdir $(UNIT)),$(eval $(call unit_rule,$(t))))

check-unit: $(UNIT)
	CMOCKA_MESSAGE_OUTPUT=TAP prove -e '' $(UNIT)

check-system: all
	prove --timer --jobs $(JOBS) tests/system/

check:
	@sh packaging/install-packages build test
	$(MAKE) all WERROR=1
	$(MAKE) $(UNIT) WERROR=1
	if command -v clang >/dev/null; then $(MAKE) fuzz-build; fi
	CMOCKA_MESSAGE_OUTPUT=TAP prove --timer --jobs $(JOBS) \
		-e '' $(UNIT) $(sort $(wildcard tests/system/*.t))

# Most of the tests wait most of the time.
JOBS ?= 4

# Address and undefined-behaviour sanitizers on the unit tests
san:
	@sh packaging/install-packages build test
	$(MAKE) check-unit B=build-san WERROR=1 SANITIZE=1

# valgrind on the module in a baresip with a campaign: memory and races
check-valgrind:
	@sh packaging/install-packages build test tools
	$(MAKE) all
	prove --timer tests/valgrind/

# What gcc, clang-tidy and cppcheck think of it; tests/analyze, .clang-tidy
analyze:
	@sh packaging/install-packages build test tools
	$(MAKE) all B=build-analyze WERROR=1 ANALYZE=1
	sh tests/analyze/run $(CSTD) $(RE_CFLAGS) $(PQ_CFLAGS) $(SND_CFLAGS) \
		'-DVERSION=""' '-DLIBDIR=""' '-DSHAREDIR=""'

ifdef ANALYZE
include tests/analyze/gcc.mk
endif

# --- fuzzing ----------------------------------------------------------------
# clang's libFuzzer, each target as long as FUZZ_SECONDS says. A target links
# what its line "links: ..." names, as a unit test does.

FUZZ_SECONDS ?= 60
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,\
	$(wildcard tests/fuzz/fuzz_*.c))

define fuzz_rule
$(B)/tests/fuzz/$(1): $(B)/tests/fuzz/$(1).o \
		$$(call UNIT_LINKS,tests/fuzz/$(1).c)
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(CMOCKA_LIBS) $$(PQ_LIBS) \
		$$(SND_LIBS) $$(CSV_LIBS) -lm -pthread
endef
$(foreach t,$(notdir $(FUZZ_TARGETS)),$(eval $(call fuzz_rule,$(t))))

fuzz-targets: $(FUZZ_TARGETS)

fuzz-build:
	$(MAKE) fuzz-targets CC=clang B=build-fuzz FUZZ=1 WERROR=1

fuzz:
	@sh packaging/install-packages build test
	$(MAKE) fuzz-build
	sh tests/fuzz/run $(FUZZ_SECONDS)

# Mutants of SIP dialogs at a running engine, more than check has time for;
# RINGROUND_SEED=n repeats a run.
fuzz-sip: all
	CALLS=$${CALLS:-2000} prove -v tests/system/47-mutants.t

run:
	@sh packaging/install-packages build
	$(MAKE) all
	$(B)/ringround demo

# --- measurements -----------------------------------------------------------
# Not part of check: they take long, and judge a machine as much as the
# program. tests/bench/README.md says what each figure means.

BENCH := $(patsubst %,$(B)/tests/bench/%,time_sql time_claim run_calls)

$(BENCH): %: %.o $(B)/tests/bench/bed.o $(B)/sql/embedded.o \
		$(call obj,$(CORE) $(SQL_SYNC) $(SQL_ASYNC))
	$(CC) $(LDFLAGS) -o $@ $^ $(PQ_LIBS) $(RE_LIBS) -lm -pthread

# What calls, and is called: libc only
CALLEE := $(patsubst %,$(B)/tests/bench/%.o,callee callee_call callee_ear \
	callee_msg callee_sip)

$(B)/tests/bench/callee: $(CALLEE)
	$(CC) $(LDFLAGS) -o $@ $^

$(B)/tests/bench/bare_send: $(B)/tests/bench/bare_send.o
	$(CC) $(LDFLAGS) -o $@ $^

bench: bench-store bench-console bench-calls bench-import bench-soak

bench-store:
	@sh packaging/install-packages build test
	$(MAKE) all $(BENCH)
	perl tests/bench/store.pl

bench-import:
	@sh packaging/install-packages build test
	$(MAKE) all
	perl tests/bench/import.pl

# The console's measures, beside others'; tests/bench/console.md
bench-console:
	@sh packaging/install-packages build test bench
	$(MAKE) all
	perl tests/bench/console.pl

# The screens of the README, as a terminal shows them
screens: all
	@perl tests/bench/screens.pl

# Live calls, beside a bare sendto() and SIPp; tests/bench/calls.md
bench-calls:
	@sh packaging/install-packages build test
	$(MAKE) all $(B)/tests/bench/callee $(B)/tests/bench/bare_send
	perl tests/bench/calls.pl

# A week of calls in minutes: what grows; tests/bench/soak.md
bench-soak:
	@sh packaging/install-packages build test
	$(MAKE) all
	perl tests/bench/soak.pl

# A flood of strangers' SIP beside live calls; tests/bench/calls.md
bench-flood:
	@sh packaging/install-packages build test
	$(MAKE) all $(B)/tests/bench/callee $(B)/tests/bench/bare_send
	PARTS=flood perl tests/bench/calls.pl

# --- installation -----------------------------------------------------------

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR) \
		$(DESTDIR)$(SHAREDIR)/demo $(DESTDIR)$(MANDIR)/man1 \
		$(DESTDIR)$(MANDIR)/man5 \
		$(DESTDIR)$(BASHDIR) $(DESTDIR)$(UNITDIR) \
		$(DESTDIR)$(USERSDIR)
	install -m 755 $(B)/ringround $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(B)/ringround.so $(B)/ringround-preload.so \
		$(DESTDIR)$(LIBDIR)/
	install -m 644 packaging/demo/* $(DESTDIR)$(SHAREDIR)/demo/
	install -m 644 packaging/ringround.1 $(DESTDIR)$(MANDIR)/man1/
	install -m 644 packaging/ringround.5 $(DESTDIR)$(MANDIR)/man5/
	$(B)/ringround completion >$(DESTDIR)$(BASHDIR)/ringround
	for unit in $(UNITS); do \
		sed 's|^ExecStart=[^ ]*|ExecStart=$(PREFIX)/bin/ringround|' \
			$$unit >$(DESTDIR)$(UNITDIR)/$${unit##*/} || exit; \
	done
	install -m 644 packaging/ringround.sysusers \
		$(DESTDIR)$(USERSDIR)/ringround.conf

# A package for the release of Debian that this is, in build-deb
RELEASE := $(shell . /etc/os-release 2>/dev/null && echo $$VERSION_ID)
DEB     := build-deb/ringround-$(VERSION)

deb:
	@sh packaging/install-packages build package
	rm -rf build-deb
	mkdir -p $(DEB)
	cp -a Makefile LICENSE README.md audio core sql tui baresip-glue \
		packaging $(DEB)/
	cp -a packaging/debian $(DEB)/debian
	sed -i '1s/($(VERSION))/($(VERSION)+deb$(RELEASE))/' \
		$(DEB)/debian/changelog
	cd $(DEB) && env -u MAKEFLAGS -u MAKELEVEL dpkg-buildpackage -b -us -uc
	lintian --fail-on error --suppress-tags initial-upload-closes-no-bugs \
		build-deb/*.changes

# It is built, installed and rung with in clean Debian 12 and 13 roots; as
# root. packaging/check-package says what ROOTS= and RELEASES= are.
check-package:
	@sh packaging/install-packages package
	@sh packaging/check-package

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/ringround \
		$(DESTDIR)$(MANDIR)/man1/ringround.1 \
		$(DESTDIR)$(MANDIR)/man5/ringround.5 \
		$(DESTDIR)$(BASHDIR)/ringround \
		$(addprefix $(DESTDIR)$(UNITDIR)/,$(notdir $(UNITS))) \
		$(DESTDIR)$(USERSDIR)/ringround.conf
	rm -rf $(DESTDIR)$(LIBDIR) $(DESTDIR)$(SHAREDIR)

clean:
	rm -rf build build-san build-fuzz build-analyze build-deb

-include $(shell find $(B) -name '*.d' 2>/dev/null)
