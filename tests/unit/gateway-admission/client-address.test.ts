import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketOf, parseAddress } from '#lib/gateway/admission/address.ts'
import { clientAddress, parseClientIpHeader } from '#lib/gateway/admission/client-address.ts'
import { createNetworkSet, parseNetworks } from '#lib/gateway/admission/networks.ts'

const proxies = (trusted: string, header = 'x-forwarded-for') => ({
  trustedProxies: createNetworkSet(parseNetworks(trusted)),
  clientIpHeader: parseClientIpHeader(header),
})

const clientOf = (socketAddress: string | undefined, headers: string[], rules: ReturnType<typeof proxies>) =>
  clientAddress({ socketAddress, headers }, rules)

describe('a direct client', () => {
  test.each(['off', '10.0.0.0/8'])(
    'is one bucket whatever 10,000 headers it sends (proxies: %s)',
    (trusted) => {
      const rules = proxies(trusted)
      const buckets = new Set<string>()
      for (let i = 0; i < 10_000; i++) {
        const forged = `10.${i >> 8}.${i & 255}.1`
        const headers = ['X-Forwarded-For', forged, 'X-Real-IP', forged, 'Forwarded', `for=${forged}`]
        buckets.add(bucketOf(clientOf('203.0.113.9', headers, rules)))
      }
      expect([...buckets]).toEqual([bucketOf(parseAddress('203.0.113.9'))])
    },
  )

  test('is known by the socket, with IPv4 in IPv6 and zones taken off', () => {
    expect(clientOf('::ffff:203.0.113.9', [], proxies('off'))).toEqual(parseAddress('203.0.113.9'))
    expect(clientOf('fe80::1%eth0', [], proxies('off'))).toEqual(parseAddress('fe80::1'))
    expect(clientOf(undefined, ['x-forwarded-for', '1.2.3.4'], proxies('10.0.0.0/8'))).toBeUndefined()
  })
})

describe('behind trusted proxies', () => {
  const rules = proxies('10.0.0.0/8, 2001:db8:ff::/48')

  test('a client is one bucket whatever it writes before the proxy appends its address', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), fc.boolean(), (forged, ownLine) => {
        const headers = ownLine
          ? ['x-forwarded-for', forged.join(','), 'X-Forwarded-For', '203.0.113.9']
          : ['X-Forwarded-For', [...forged, '203.0.113.9'].join(', ')]
        expect(clientOf('10.0.0.1', headers, rules)).toEqual(parseAddress('203.0.113.9'))
      }),
    )
  })

  test.each([
    ['a chain of trusted proxies', '198.51.100.7, 10.1.1.1, 2001:db8:ff::2', '198.51.100.7'],
    ['an untrusted proxy in the chain', '198.51.100.7, 192.0.2.4, 10.1.1.1', '192.0.2.4'],
    ['a client inside the trusted network', '10.5.5.5', '10.5.5.5'],
    ['a port', '198.51.100.7:61234', '198.51.100.7'],
    ['brackets', '[2001:db8::7]:61234', '2001:db8::7'],
    ['brackets without a port', '[2001:db8::7]', '2001:db8::7'],
    ['no entry', '', '10.0.0.1'],
    ['an entry that is no address', '198.51.100.7, unknown', '10.0.0.1'],
    ['an entry that is no address further left', 'bogus, 10.1.1.1', '10.1.1.1'],
    ['an octal-looking entry', '0198.51.100.7', '10.0.0.1'],
    ['IPv4 in brackets', '[198.51.100.7]', '10.0.0.1'],
  ])('%s', (_, value, client) => {
    expect(clientOf('10.0.0.1', ['X-Forwarded-For', value], rules)).toEqual(parseAddress(client))
  })

  test('only the header that the operator named is read', () => {
    const real = proxies('10.0.0.0/8', 'x-real-ip')
    const headers = ['x-forwarded-for', '192.0.2.66', 'X-Real-IP', '198.51.100.7']
    expect(clientOf('10.0.0.1', headers, real)).toEqual(parseAddress('198.51.100.7'))
    expect(clientOf('10.0.0.1', headers.slice(0, 2), real)).toEqual(parseAddress('10.0.0.1'))
    expect(clientOf('10.0.0.1', headers, proxies('all', 'off'))).toEqual(parseAddress('10.0.0.1'))
  })

  test('on a host without sockets, all can be trusted', () => {
    const headers = ['cf-connecting-ip', '198.51.100.7']
    const client = clientOf(undefined, headers, proxies('all', 'cf-connecting-ip'))
    expect(client).toEqual(parseAddress('198.51.100.7'))
  })
})

test('the name of the header', () => {
  expect(parseClientIpHeader(' CF-Connecting-IP ')).toBe('cf-connecting-ip')
  for (const wrong of ['', 'x real ip', 'x:y', 'Forwarded']) {
    expect(() => parseClientIpHeader(wrong)).toThrow(/^must be the name of a header/)
  }
})
