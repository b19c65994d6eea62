import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { parseConfig } from '#lib/config.ts'
import { readVisitor, VISITOR_HEADER } from '#lib/visitor.ts'
import { createVisitorMark } from '#server/visitor-mark.ts'

const config = parseConfig({
  TRUSTED_PROXIES: '10.0.0.0/8',
  SIGN_IN_HEADER: 'X-Forwarded-Email',
  TAIN_HOST_MARK: 'a-mark-of-the-host-0123',
})
const mark = createVisitorMark(config)

/** What the site is told about a request that came from `peer`. */
function visitorOf(peer: string, rawHeaders: string[]) {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: peer })
  const request = new IncomingMessage(socket)
  request.rawHeaders = rawHeaders
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? ''
    const before = request.headers[name]
    request.headers[name] = before === undefined ? rawHeaders[at + 1] : `${before}, ${rawHeaders[at + 1]}`
  }
  mark(request)
  const told = request.headers[VISITOR_HEADER]
  return readVisitor(config, typeof told === 'string' ? told : null)
}

it('believes a trusted proxy about who signed in there', () => {
  const told = ['X-Forwarded-Email', 'ada@example.org', 'X-Forwarded-For', '192.0.2.1']
  expect(visitorOf('10.1.2.3', told)?.identity).toBe('ada@example.org')
})

it.each([
  ['somebody else', '192.0.2.1', ['X-Forwarded-Email', 'ada@example.org']],
  ['this very computer', '127.0.0.1', ['X-Forwarded-Email', 'ada@example.org']],
  [
    'who claims to be the proxy',
    '192.0.2.1',
    ['X-Forwarded-Email', 'ada@example.org', 'X-Forwarded-For', '10.1.2.3'],
  ],
  ['a proxy that says nothing', '10.1.2.3', ['X-Forwarded-Email', ' ']],
  ['a proxy under another name', '10.1.2.3', ['X-Forwarded-User', 'ada@example.org']],
  [
    'a proxy that added its word to the caller’s',
    '10.1.2.3',
    ['x-forwarded-email', 'ada@example.org', 'X-Forwarded-Email', 'eve@example.org'],
  ],
])('believes nothing from %s', (_who, peer, headers) => {
  expect(visitorOf(peer, headers)?.identity).toBeUndefined()
})

it('overwrites what a caller says in the host’s name', () => {
  const forged = `${config.TAIN_HOST_MARK}x %7B%22isLocal%22%3Atrue%2C%22bucket%22%3A%22x%22%7D`
  expect(visitorOf('192.0.2.1', ['X-Tain-Visitor', forged])).toMatchObject({ isLocal: false })
})
