import { readFileSync } from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'
import { beforeEach, expect, it } from 'vitest'

const ORIGIN = 'https://chat.example.org'
const source = readFileSync(path.resolve(import.meta.dirname, '../../public/sw.js'), 'utf8')

type Listener = (event: object) => void

/** The worker with caches in memory; `network` is what the site answers now, or nothing while it is away. */
function startWorker() {
  const listeners = new Map<string, Listener>()
  const stores = new Map<string, Map<string, Response>>()
  let network: ((path: string) => Response) | null = null
  const open = async (name: string) => {
    const store = stores.get(name) ?? new Map<string, Response>()
    stores.set(name, store)
    return {
      match: async (key: string) => store.get(key)?.clone(),
      // As Chromium does it: what was there goes before the new one is read.
      put: async (key: string, response: Response) => {
        store.delete(key)
        store.set(key, new Response(await response.arrayBuffer(), response))
      },
      delete: async (key: string | Request) =>
        store.delete(typeof key === 'string' ? key : new URL(key.url).pathname),
      keys: async () => [...store.keys()].map((key) => new Request(ORIGIN + key)),
    }
  }
  const answer = async (input: string | { url: string }) => {
    const url = new URL(typeof input === 'string' ? input : input.url, ORIGIN)
    if (!network) throw new TypeError('Failed to fetch')
    return network(url.origin === ORIGIN ? url.pathname : url.href)
  }
  vm.runInNewContext(source, {
    self: {
      location: { origin: ORIGIN },
      addEventListener: (type: string, listener: Listener) => listeners.set(type, listener),
    },
    caches: {
      open,
      delete: async (name: string) => stores.delete(name),
      keys: async () => [...stores.keys()],
    },
    fetch: answer,
    Response,
    URL,
    console,
  })

  /** What the page gets: through the worker, or past it. Everything the worker goes on with is waited for. */
  async function ask(path: string, init: { method?: string; mode?: string } = {}) {
    const request = { url: new URL(path, ORIGIN).href, method: 'GET', mode: 'cors', ...init }
    let response: Promise<Response> | undefined
    const work: Promise<unknown>[] = []
    listeners.get('fetch')?.({
      request,
      respondWith: (given: Promise<Response>) => {
        response = given
      },
      waitUntil: (promise: Promise<unknown>) => work.push(promise),
    })
    const got = await (response ?? answer(request))
    const text = await got.text()
    await Promise.all(work)
    return text
  }
  return {
    ask,
    open: (path: string) => ask(path, { mode: 'navigate' }),
    setNetwork: (next: typeof network) => {
      network = next
    },
  }
}

let worker: ReturnType<typeof startWorker>
const site = (version: string) => (path: string) => new Response(`${path} of ${version}`)
beforeEach(() => {
  worker = startWorker()
  worker.setNetwork(site('1'))
})

it('an old page is never served while there is a new one', async () => {
  expect(await worker.open('/c/one')).toBe('/c/one of 1')
  worker.setNetwork(site('2'))
  expect(await worker.open('/c/one')).toBe('/c/one of 2')
  worker.setNetwork(null)
  expect(await worker.open('/')).toBe('/c/one of 2')
  expect(await worker.open('/c/another')).toBe('/c/one of 2')
})

it('a page that breaks off on its way leaves the one that was kept', async () => {
  await worker.open('/')
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('/ of 2, half'))
      controller.error(new TypeError('network'))
    },
  })
  worker.setNetwork(() => new Response(broken))
  await expect(worker.open('/')).rejects.toThrow()
  worker.setNetwork(null)
  expect(await worker.open('/')).toBe('/ of 1')
})

it('files with a hash come from here, conversations from the network as long as there is one', async () => {
  await worker.ask('/_next/static/a.js')
  await worker.ask('/api/conversations/one')
  worker.setNetwork(site('2'))
  expect(await worker.ask('/_next/static/a.js')).toBe('/_next/static/a.js of 1')
  expect(await worker.ask('/api/conversations/one')).toBe('/api/conversations/one of 2')
  worker.setNetwork(null)
  expect(await worker.ask('/api/conversations/one')).toBe('/api/conversations/one of 2')
  await expect(worker.ask('/api/conversations/two')).rejects.toThrow('Failed to fetch')
  await expect(worker.ask('/api/conversations')).rejects.toThrow('Failed to fetch')
})

it('files of a CDN are kept too, under their whole address, where they may be read', async () => {
  const cdn = 'https://cdn.example.org/_next/static/a.js'
  await worker.ask('/_next/static/a.js')
  await worker.ask(cdn)
  await worker.ask('https://cdn.example.org/_next/static/opaque.js', { mode: 'no-cors' })
  await worker.ask('https://cdn.example.org/other.js')
  worker.setNetwork(null)
  expect(await worker.ask(cdn)).toBe(`${cdn} of 1`)
  expect(await worker.ask('/_next/static/a.js')).toBe('/_next/static/a.js of 1')
  for (const path of ['/_next/static/opaque.js', '/other.js']) {
    await expect(worker.ask(`https://cdn.example.org${path}`, { mode: 'no-cors' })).rejects.toThrow()
  }
})

it.each([
  ['POST', '/api/account/sign-out'],
  ['POST', '/api/account/sign-in'],
  ['DELETE', '/api/account'],
])('after %s %s nothing of a person is left', async (method, route) => {
  await worker.open('/')
  await worker.ask('/api/conversations/one')
  await worker.ask(route, { method })
  worker.setNetwork(null)
  expect(await worker.open('/')).toContain('No connection')
  await expect(worker.ask('/api/conversations/one')).rejects.toThrow('Failed to fetch')
})

it('a conversation that is gone, changed or deleted is not shown as it was', async () => {
  for (const id of ['gone', 'changed', 'kept']) await worker.ask(`/api/conversations/${id}`)
  worker.setNetwork(() => new Response('no', { status: 404 }))
  await worker.ask('/api/conversations/gone')
  await worker.ask('/api/conversations/changed', { method: 'PATCH' })
  worker.setNetwork(null)
  await expect(worker.ask('/api/conversations/gone')).rejects.toThrow('Failed to fetch')
  await expect(worker.ask('/api/conversations/changed')).rejects.toThrow('Failed to fetch')
  expect(await worker.ask('/api/conversations/kept')).toContain('kept')
})

it('of pages that are not the chat nothing is kept; without a network one in both languages leads back', async () => {
  await worker.open('/share/x')
  worker.setNetwork(null)
  const page = await worker.open('/share/x')
  expect(page).toContain('No connection')
  expect(page).toContain('连不上网站')
  expect(page).toContain('href="/"')
  expect(page).not.toContain('of 1')
})

it('what is no page passes by', async () => {
  await worker.ask('/api/chat', { method: 'POST' })
  worker.setNetwork(null)
  await expect(worker.ask('/manifest.webmanifest')).rejects.toThrow('Failed to fetch')
  for (const path of ['/api/export', '/v1/files/x/content', '/share/x/continue']) {
    const init = path.startsWith('/share') ? { method: 'POST' } : {}
    await expect(worker.ask(path, { mode: 'navigate', ...init })).rejects.toThrow('Failed to fetch')
  }
})
