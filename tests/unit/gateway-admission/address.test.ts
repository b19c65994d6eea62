import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketOf, parseAddress } from '#lib/gateway/admission/address.ts'
import { createNetworkSet, parseNetworks } from '#lib/gateway/admission/networks.ts'

const near = (text: string) =>
  fc
    .tuple(fc.nat(text.length), fc.constantFrom(':', '.', '0', '1', 'f', 'g', ' ', '/', '%', ''))
    .map(([at, char]) => text.slice(0, at) + char + text.slice(at + 1))

const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6())

describe('parseAddress', () => {
  test('reads what Node takes for an address and nothing else', () => {
    const texts = fc.oneof(anyAddress, anyAddress.chain(near), fc.stringMatching(/^[0-9a-f:.]{0,20}$/))
    fc.assert(
      fc.property(texts, (text) => {
        // Node knows zones (fe80::1%eth0), which mean nothing outside one machine.
        expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0 && !text.includes('%'))
      }),
      { numRuns: 3000 },
    )
  })

  test('reads IPv4 in IPv6 as IPv4', () => {
    const mapped = ['::ffff:192.0.2.1', '::FFFF:c000:0201', '0:0:0:0:0:ffff:192.0.2.1']
    for (const text of mapped) expect(parseAddress(text)).toEqual(parseAddress('192.0.2.1'))
    expect(parseAddress('::192.0.2.1')?.family).toBe(6)
  })

  test.each([
    '010.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '0x7f.1',
    '127.1',
    '[::1]',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7:8::',
  ])('refuses %s', (text) => expect(parseAddress(text)).toBeUndefined())
})

test('a /64 is one bucket, an IPv4 address is one bucket', () => {
  const bucket = (text: string) => bucketOf(parseAddress(text))
  expect(bucket('2001:db8:1:2::1')).toBe(bucket('2001:db8:1:2:ffff:ffff:ffff:ffff'))
  expect(bucket('2001:db8:1:2::1')).not.toBe(bucket('2001:db8:1:3::1'))
  expect(bucket('192.0.2.1')).toBe(bucket('::ffff:192.0.2.1'))
  expect(bucket('192.0.2.1')).not.toBe(bucket('192.0.2.2'))
  expect(bucket('0.0.0.0')).not.toBe(bucket('::'))
  expect(bucketOf(undefined)).not.toBe(bucket('0.0.0.0'))
})

describe('networks', () => {
  const has = (networks: string, address: string) =>
    createNetworkSet(parseNetworks(networks)).has(parseAddress(address))

  test("agree with Node's own block list", () => {
    const v4 = fc.tuple(fc.constant('ipv4' as const), fc.ipV4(), fc.nat(32))
    const v6 = fc.tuple(fc.constant('ipv6' as const), fc.ipV6(), fc.nat(128))
    fc.assert(
      fc.property(fc.oneof(v4, v6), anyAddress, ([family, start, prefixBits], other) => {
        const parsed = parseAddress(start)
        fc.pre(parsed?.family === (family === 'ipv4' ? 4 : 6))
        const bits = family === 'ipv4' ? 32 : 128
        const base = ((parsed?.value ?? 0n) >> BigInt(bits - prefixBits)) << BigInt(bits - prefixBits)
        const network = `${textOf(base, bits)}/${prefixBits}`
        const list = new BlockList()
        list.addSubnet(start, prefixBits, family)
        expect(has(network, start)).toBe(true)
        const otherFamily = isIP(other) === 4 ? 'ipv4' : 'ipv6'
        fc.pre(parseAddress(other)?.family === (otherFamily === 'ipv4' ? 4 : 6) && otherFamily === family)
        expect(has(network, other)).toBe(list.check(other, otherFamily))
      }),
      { numRuns: 2000 },
    )
  })

  test('may be many, at no cost per look-up but the number of lengths', () => {
    const ranges = Array.from({ length: 60_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)
    const set = createNetworkSet(parseNetworks(ranges.join(',')))
    expect(set.has(parseAddress('10.234.95.77'))).toBe(true)
    expect(set.has(parseAddress('10.234.96.77'))).toBe(false)
  })

  test('in IPv6 do not reach IPv4, except when written as such', () => {
    expect(has('::/0', '192.0.2.1')).toBe(false)
    expect(has('::/0', '2001:db8::1')).toBe(true)
    expect(has('0.0.0.0/0', '2001:db8::1')).toBe(false)
    expect(has('::ffff:10.0.0.0/104', '10.9.8.7')).toBe(true)
    expect(has('10.0.0.0/8', '::ffff:10.9.8.7')).toBe(true)
  })

  test('all is everybody, even without an address; off and nothing are nobody', () => {
    const all = createNetworkSet(parseNetworks('10.0.0.0/8, all'))
    expect(all.has(undefined) && all.has(parseAddress('::1')) && all.has(parseAddress('1.1.1.1'))).toBe(true)
    for (const text of ['off', '', ' , ']) {
      const none = createNetworkSet(parseNetworks(text))
      expect(none.isEmpty).toBe(true)
      expect(none.has(undefined) || none.has(parseAddress('1.1.1.1'))).toBe(false)
    }
    expect(createNetworkSet(parseNetworks('0.0.0.0/0,::/0')).has(undefined)).toBe(false)
  })

  test.each([
    ['10.0.0.0/33', /0 to 32 bits/],
    ['2001:db8::/129', /0 to 128 bits/],
    ['10.0.0.1/8', /bits set beyond its prefix/],
    ['::ffff:0:0/90', /0 to 128 bits/],
    ['10.0.0.0/08', /is neither/],
    ['10.0.0.0/8/8', /is neither/],
    ['10.0.0.0/', /is neither/],
    ['example.org', /is neither/],
    ['10.0.0.0/8, off', /is neither/],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(() => parseNetworks(text)).toThrow(sentence)
  })
})

function textOf(value: bigint, bits: number): string {
  const width = bits === 32 ? 8 : 16
  const groups = Array.from({ length: bits / width }, (_, i) =>
    BigInt.asUintN(width, value >> BigInt(bits - width * (i + 1))),
  )
  return groups.map((group) => group.toString(bits === 32 ? 10 : 16)).join(bits === 32 ? '.' : ':')
}
