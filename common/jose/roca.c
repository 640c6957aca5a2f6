/* SPDX-License-Identifier: MIT */
#include "key.h"

/*
 * ROCA (CVE-2017-15361): a library in widely used chips made primes of the form
 * k * M + 65537^a mod M, M being a product of small primes. So the modulus is a
 * power of 65537 modulo each of these primes, which happens to other keys once
 * in some hundred million times. Such a key can be factored.
 */
static const unsigned char primes[] = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37,
	41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
	113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

#define GENERATOR 65537U

static unsigned int
remainder_of(const unsigned char *number, size_t len, unsigned int prime)
{
	unsigned int rest = 0;

	for (size_t i = 0; i < len; i++)
		rest = (rest << 8 | number[i]) % prime;
	return rest;
}

static bool
is_power_of_generator(unsigned int rest, unsigned int prime)
{
	unsigned int power = 1;

	do {
		if (power == rest)
			return true;
		power = power * (GENERATOR % prime) % prime;
	} while (power != 1);
	return false;
}

bool
pp_roca_matches(const unsigned char *modulus, size_t len)
{
	for (size_t i = 0; i < sizeof(primes); i++)
		if (!is_power_of_generator(
			    remainder_of(modulus, len, primes[i]), primes[i]))
			return false;
	return true;
}
