/* SPDX-License-Identifier: MIT */
#include "index_live.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "coarse_clock.h"

/*
 * The life of a pooled mapping is one word: a count of references, the mark
 * LIVE while new references may be taken, the mark CLAIMED while one thread has
 * it for itself.
 *
 *	0 -> CLAIMED -> LIVE|1 -> LIVE|n -> n -> 1 -> CLAIMED -> 0
 *
 * A reference is only ever taken by a compare-and-swap that saw LIVE, so no
 * thread enters a mapping that is being torn down; the storage itself is
 * static, so looking at the word of an old one is harmless. LIVE goes when a
 * newer mapping takes its place, and the last reference after that unmaps.
 *
 * A reference that a fork copied from another thread is never given back: it
 * costs the child one place of the pool. When all are taken a mapping comes
 * from malloc and serves the one lookup that made it: only what is never freed
 * may be shared.
 *
 * Answers only grow younger, in all threads together: each is of a mapping that
 * was current, or took the place of the current one, while it was looked up.
 *
 * Orders: the fields are filled before LIVE is stored with release and read
 * after the swap that saw it with acquire; each giving-back is a release and
 * the last one's swap an acquire, so all reads come before munmap.
 */

/* Since glibc 2.32. Without it a process counts as having more threads. */
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define ONE_THREAD __libc_single_threaded
#else
#define ONE_THREAD false
#endif

/*
 * Compares and swaps the word. In a process of one thread, which most are, two
 * plain accesses do, because no other thread is there. A locked one would wait
 * for every load before it, so that no look-up could begin before the memory of
 * the last one had come. glibc keeps the flag for exactly this.
 */
static inline bool
swap_life(struct pp_index *index, uint32_t *life, uint32_t next)
{
	if (!ONE_THREAD)
		return atomic_compare_exchange_weak_explicit(&index->life, life,
			next, memory_order_acq_rel, memory_order_relaxed);
	atomic_store_explicit(&index->life, next, memory_order_relaxed);
	return true;
}

static struct pp_index *
claim_slot(struct pp_index_live *live)
{
	struct pp_index *index;

	for (unsigned int i = 0; i < PP_INDEX_LIVE_POOL; i++) {
		uint32_t unused = 0;

		if (atomic_compare_exchange_strong_explicit(&live->pool[i].life,
			    &unused, PP_INDEX_MAP_CLAIMED, memory_order_acquire,
			    memory_order_relaxed)) {
			live->pool[i].pooled = true;
			return &live->pool[i];
		}
	}
	return calloc(1, sizeof(*index));
}

static void
return_slot(struct pp_index *index)
{
	if (index->pooled)
		atomic_store_explicit(&index->life, 0, memory_order_release);
	else
		/* lint: clang-analyzer-unix.Malloc: a slot of the pool has
		 * pooled set. */
		free(index);
}

void
pp_index_release(struct pp_index **index)
{
	struct pp_index *mine = *index;
	uint32_t life;

	*index = NULL;
	if (mine == NULL)
		return;
	life = atomic_load_explicit(&mine->life, memory_order_relaxed);
	for (;;) {
		uint32_t next = life == 1 ? PP_INDEX_MAP_CLAIMED : life - 1;

		if (!swap_life(mine, &life, next))
			continue;
		if (life != 1)
			return;
		munmap((void *) (uintptr_t) mine->base, mine->size);
		return_slot(mine);
		return;
	}
}

/* Takes a reference to the current mapping. Returns NULL if there is none. */
static struct pp_index *
take_current(struct pp_index_live *live)
{
	for (;;) {
		struct pp_index *index = atomic_load_explicit(
			&live->current, memory_order_acquire);
		uint32_t life;

		if (index == NULL)
			return NULL;
		life = atomic_load_explicit(&index->life, memory_order_relaxed);
		while ((life & PP_INDEX_MAP_LIVE) != 0)
			if (swap_life(index, &life, life + 1))
				return index;
		/* It was replaced in between; the next one is there. */
	}
}

/*
 * Puts next (or NULL) in the place of old, which this thread holds, and retires
 * old. Returns false, with next retired instead, when another thread was
 * quicker.
 */
static bool
replace(struct pp_index_live *live, struct pp_index *old, struct pp_index *next)
{
	struct pp_index *expected = old;
	bool done = atomic_compare_exchange_strong_explicit(&live->current,
		&expected, next, memory_order_acq_rel, memory_order_relaxed);
	struct pp_index *retired = done ? old : next;

	if (retired != NULL)
		atomic_fetch_and_explicit(&retired->life, ~PP_INDEX_MAP_LIVE,
			memory_order_acq_rel);
	return done;
}

/* Returns true if it is this thread's turn to look at the path. */
static bool
is_due(struct pp_index_live *live)
{
	int64_t now = pp_coarse_clock_ms();
	int64_t last =
		atomic_load_explicit(&live->checked_ms, memory_order_relaxed);

	return (now - last >= PP_INDEX_LIVE_CHECK_MS || now < last) &&
	       atomic_compare_exchange_strong_explicit(&live->checked_ms, &last,
		       now, memory_order_relaxed, memory_order_relaxed);
}

/* Returns true if another file has the name. A path that is gone (chroot) has
 * none. */
static bool
is_replaced(const struct pp_index_live *live, const struct pp_index *index)
{
	struct stat info;

	if (lstat(live->path, &info) != 0)
		return false;
	return info.st_dev != index->device || info.st_ino != index->inode ||
	       (uint64_t) info.st_size != index->size;
}

static bool
needs_remap(struct pp_index_live *live, struct pp_index *index)
{
	if (pp_index_map_is_stale(index) &&
		!atomic_load_explicit(&index->path_gone, memory_order_relaxed))
		return true;
	return is_due(live) && is_replaced(live, index);
}

/*
 * Makes next the current mapping; one that is not of the pool leaves none
 * current. Returns false if another thread was quicker: what it put there may
 * be older than next and is what other look-ups get, so next must not be seen.
 */
static bool
install(struct pp_index_live *live, struct pp_index *old, struct pp_index *next)
{
	uint32_t mark = next->pooled ? PP_INDEX_MAP_LIVE : 0;

	atomic_store_explicit(&next->life, mark | 1, memory_order_release);
	return replace(live, old, next->pooled ? next : NULL);
}

/*
 * Maps what the path leads to now. old, this thread's own reference, may be
 * NULL; it stays in use when the path cannot be opened, and only then. Returns
 * false, with old released, if another thread was quicker: look again.
 */
static bool
remap(struct pp_index_live *live, struct pp_index *old, struct pp_index **ret,
	enum pp_index_status *ret_status)
{
	struct pp_index *next = claim_slot(live);
	enum pp_index_map_result result = PP_INDEX_MAP_DENIED;
	bool done;

	*ret_status = PP_INDEX_FOUND;
	if (next != NULL)
		result = pp_index_map_open(live->path, &live->trust, next);
	if (result == PP_INDEX_MAP_GOOD) {
		done = install(live, old, next);
		pp_index_release(&old);
		*ret = next;
		if (!done)
			pp_index_release(ret);
		return done;
	}
	if (next != NULL)
		return_slot(next);
	if (old != NULL && result != PP_INDEX_MAP_BAD) {
		atomic_store_explicit(
			&old->path_gone, true, memory_order_relaxed);
		*ret = old;
		return true;
	}
	done = old == NULL || replace(live, old, NULL);
	pp_index_release(&old);
	*ret_status =
		result == PP_INDEX_MAP_GONE ? PP_INDEX_NONE : PP_INDEX_INVALID;
	return done;
}

enum pp_index_status
pp_index_live_get(struct pp_index_live *live, struct pp_index **ret)
{
	enum pp_index_status status;
	struct pp_index *index;

	do {
		index = take_current(live);
		if (index != NULL && !needs_remap(live, index)) {
			*ret = index;
			return PP_INDEX_FOUND;
		}
	} while (!remap(live, index, ret, &status));
	return status;
}

enum pp_index_status
pp_index_current(struct pp_index **ret)
{
	static struct pp_index_live live = {.path = PP_INDEX_PATH};

	return pp_index_live_get(&live, ret);
}
