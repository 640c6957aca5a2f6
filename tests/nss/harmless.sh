#!/bin/sh
# SPDX-License-Identifier: MIT
# What the built module is made of, and what valgrind says about it.
set -u
so=$builddir/.libs/libnss_playpen.so.2
objdump=${OBJDUMP:-objdump}
count=0 failures=0

ok() { # STATUS SENTENCE
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failures=$((failures + 1))
	fi
}
same() { # GOT WANTED SENTENCE
	[ "$1" = "$2" ]
	ok $? "$3"
	[ "$1" = "$2" ] || printf '# got: %s\n# want: %s\n' "$1" "$2"
}

if nm "$so" 2>/dev/null | grep -q -e __asan_ -e __ubsan_ -e __tsan_; then
	echo '1..0 # SKIP built with a sanitizer'
	exit 0
fi

# A module exports what glibc calls; of one that answers for new users, PAM asks
# one thing more.
by_key='getgrgid_r getgrnam_r getpwnam_r getpwuid_r initgroups_dyn'
exports() { # SERVICE FUNCTIONS
	printf "_nss_$1_%s\n" $2 | sort | xargs
}
is_harmless() { # SERVICE EXPORTS
	so=$builddir/.libs/libnss_$1.so.2
	same "$($objdump -p "$so" | awk '$1 == "NEEDED" { print $2 }' | xargs)" \
		libc.so.6 "$1 needs libc and nothing else"
	same "$($objdump -p "$so" | awk '$1 == "SONAME" { print $2 }')" \
		"libnss_$1.so.2" "$1 has the name that glibc looks for"
	same "$($objdump -T "$so" | awk '$4 == ".text" { print $NF }' | sort | xargs)" \
		"$(exports "$1" "$2")" "$1 exports what is called and nothing else"
	! $objdump -p "$so" | grep -q '^ *TLS '
	ok $? "$1 has no thread-local storage"
	readelf -d "$so" | grep -q 'NODELETE'
	ok $? "$1 is never unloaded"
	readelf -d "$so" | grep -q 'BIND_NOW\|Flags: NOW'
	ok $? "$1 is bound when it is loaded"
	readelf -lW "$so" | grep -q 'GNU_STACK.*RW '
	ok $? "$1 has no executable stack"
	imports=$(nm -D --undefined-only "$so" |
		awk '{ sub(/@.*/, "", $NF); print $NF }')
	same "$(echo "$imports" | unwanted | xargs)" '' \
		"$1 calls nothing but what is listed here"
}

# Everything that it calls: no network, stdio, log, lock, thread, environment,
# process, signal. calloc and free serve a ninth mapping while eight are in use,
# reallocarray grows the array of initgroups.
files='open close read fstat lstat readlink mmap munmap madvise'
texts='explicit_bzero fnmatch memchr memcmp memcpy memmove memset stpcpy strchr
	strcmp strcpy strcspn strlen strncmp strnlen strrchr strspn'
facts='__errno_location __libc_single_threaded clock_gettime getauxval geteuid
	pthread_setcancelstate'
memory='calloc free reallocarray'
# What compilers and linkers add, and other names for some of the above.
added='_ITM_deregisterTMCloneTable _ITM_registerTMCloneTable __cxa_finalize
	__gmon_start__ __stack_chk_fail bcmp'
unwanted() { # what else is in the list that comes in
	sed -E 's/^__(.*)_(chk|2)$/\1/; s/^(open|fstat|lstat|mmap)64$/\1/' |
		sort -u | grep -vxF "$(printf '%s\n' $files $texts $facts $memory \
			$added __stack_chk_fail)"
}
is_harmless playpen_new "$by_key was_given"
is_harmless playpen "$by_key endgrent endpwent getgrent_r getpwent_r setgrent setpwent"
same "$(printf '%s\n' $imports __open_2 fprintf malloc | unwanted | xargs)" \
	'fprintf malloc' 'which would tell'

if command -v valgrind >/dev/null; then
	work=$(mktemp -d)
	log=$work/log
	# Without debugging information, which valgrind 3.19 gives up on when
	# clang wrote it (DWARF 5).
	mkdir "$work/.libs"
	objcopy --strip-debug "$builddir/tests/nss/reopen" "$work/reopen"
	objcopy --strip-debug "$so" "$work/.libs/${so##*/}"
	builddir=$work valgrind -q --leak-check=full \
		--show-leak-kinds=definite,possible \
		--error-exitcode=9 --log-file="$log" "$work/reopen" \
		>"$log.out" 2>&1
	status=$?
	if grep -q '^1\.\.0' "$log.out"; then
		count=$((count + 1))
		echo "ok $count - valgrind # SKIP no mount namespace"
	else
		ok $status 'valgrind finds nothing in a thousand loads'
		[ $status = 0 ] || sed 's/^/# /' "$log" "$log.out"
	fi
	rm -rf "$work"
else
	count=$((count + 1))
	echo "ok $count - valgrind # SKIP there is none"
fi
echo "1..$count"
[ $failures = 0 ]
