import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  listenToOtherTabs,
  type News,
  tellOfRequest,
  tellOtherTabs,
} from '#components/chat/state/other-tabs.ts'

/** Channels as browsers have them: what one says, all others hear, those of its own page too. */
let channels: Set<{ onmessage?: (event: { data: News }) => void }>

beforeEach(() => {
  channels = new Set()
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      onmessage?: (event: { data: News }) => void
      constructor() {
        channels.add(this)
      }
      postMessage(data: News) {
        for (const channel of channels) if (channel !== this) channel.onmessage?.({ data })
      }
      close() {
        channels.delete(this)
      }
    },
  )
})

afterEach(() => vi.unstubAllGlobals())

const show = (persisted: boolean) => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))
const news: News = { kind: 'conversations' }

test('a tab hears the others and not itself', () => {
  const heard: News[] = []
  const end = listenToOtherTabs(
    (one) => heard.push(one),
    () => {},
  )
  tellOtherTabs(news)
  expect(heard).toEqual([])
  const other = new BroadcastChannel('tain')
  other.postMessage(news)
  expect(heard).toEqual([news])
  other.close()
  end()
  tellOtherTabs(news)
  expect(channels.size).toBe(0)
})

test('a page in the back/forward cache holds no channel, and looks around when it comes out', () => {
  const onBack = vi.fn()
  const end = listenToOtherTabs(() => {}, onBack)
  show(false)
  expect([channels.size, onBack.mock.calls.length]).toEqual([1, 0])
  window.dispatchEvent(new Event('pagehide'))
  expect(channels.size).toBe(0)
  show(true)
  expect([channels.size, onBack.mock.calls.length]).toEqual([1, 1])
  end()
})

test.each<[string | undefined, string, News | undefined]>([
  ['PATCH', '/api/conversations/x', { kind: 'conversations', id: 'x' }],
  ['POST', '/api/conversations/changes', news],
  ['DELETE', '/api/folders/x', news],
  ['POST', '/api/queue', news],
  [undefined, '/api/conversations/x', undefined],
  ['POST', '/api/messages/x/stop', undefined],
])('%s %s is told as %o', (method, path, told) => {
  const heard: News[] = []
  const other = new BroadcastChannel('tain')
  other.onmessage = ({ data }) => heard.push(data)
  tellOfRequest(method, path)
  expect(heard).toEqual(told ? [told] : [])
})
