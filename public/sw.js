/**
 * The service worker: the site opens without a network, at the conversations last seen.
 *
 * Pages and conversations come from the network whenever there is one, so that nobody is served an old page after a
 * deploy; what came is kept for when there is none. Files with a hash in their name never change and come from here
 * first. Everything that belongs to a person is dropped as soon as the browser signs out, or in as somebody else.
 */
const STATIC = 'static-1'
const PRIVATE = 'private-1'
const SHELL = '/'
const AWAY = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="15">
<title>No connection · 没有连接</title>
<style>
  :root { color-scheme: light dark; background: light-dark(#f3f5f8, #11151a); color: light-dark(#1f262e, #e3e7ec) }
  body { display: grid; place-content: center; min-height: 90vh; margin: 0 24px; font: 16px/1.7 system-ui, sans-serif; text-align: center }
  h1 { margin: 0 0 4px; font-size: 24px; line-height: 1.3 }
  p { margin: 0; max-width: 30rem; color: light-dark(#525b66, #a4acb6); text-wrap: balance }
  p + p { margin-top: 8px }
  a { display: inline-block; margin-top: 20px; padding: 8px 20px; border: 1px solid light-dark(#c3c9d1, #3b434d); border-radius: 12px; color: inherit; text-decoration: none }
  a:focus-visible { outline: 2px solid light-dark(#1a6ea0, #8fd0ef); outline-offset: 2px }
</style>
<main>
  <h1>No connection</h1>
  <p>The site cannot be reached. This page looks again by itself; your conversations are safe.</p>
  <p lang="zh-CN">连不上网站。本页会自动重试，你的对话都在。</p>
  <a href="/">To the chat · <span lang="zh-CN">回到对话</span></a>
</main>
</html>
`
const MOST_FILES = 400
const MOST_CONVERSATIONS = 60

/** Also where they come from a CDN (ASSET_PREFIX); pages load from no other, by their policy. */
const isFile = ({ pathname }) => pathname.includes('/_next/static/')
const isChatPage = (path) => path === '/' || path.startsWith('/c/')
/** Pages that are nothing without the site. What programs ask for, and downloads, are none. */
const isOtherPage = (path) => !/^\/(?:api|v1|gateway|_next)(?:\/|$)/.test(path)
const isConversation = (path) => /^\/api\/conversations\/[^/]+$/.test(path)
/** Requests after which another person may sit at this browser, or nobody. */
const changesPerson = (path) =>
  /^\/api\/account(\/(sign-in|sign-up|sign-out|claim|reset|access-code))?$/.test(path)

self.addEventListener('install', (event) => {
  // A question should not wait for a worker that has nothing to do with it. Where browsers cannot be told that
  // (static routing: Chromium 123), it passes through `fetch` below like everything else.
  event
    .addRoutes?.([
      { condition: { urlPattern: '/api/chat' }, source: 'network' },
      { condition: { urlPattern: '/api/messages/*' }, source: 'network' },
      { condition: { urlPattern: '/v1/*' }, source: 'network' },
    ])
    .catch((error) => console.warn('Every request passes through the service worker:', error))
  self.skipWaiting()
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  const { origin, pathname } = url
  if (origin !== self.location.origin) {
    // Only what may be read is worth keeping: an opaque answer may be an error.
    if (isFile(url) && request.mode === 'cors') event.respondWith(fileFirst(event))
    return
  }
  if (request.method !== 'GET') {
    if (changesPerson(pathname)) event.respondWith(changePerson(request))
    else if (isConversation(pathname)) event.waitUntil(drop(PRIVATE, pathname))
  } else if (isFile(url)) event.respondWith(fileFirst(event))
  else if (request.mode === 'navigate' && isChatPage(pathname)) event.respondWith(page(event))
  else if (request.mode === 'navigate' && isOtherPage(pathname)) event.respondWith(otherPage(event))
  else if (isConversation(pathname)) event.respondWith(conversation(event))
})

/** A page names what is worth keeping as it stands now: see `components/chat/offline/offline.ts`. */
self.addEventListener('message', (event) => {
  if (event.data?.kind === 'keep') event.waitUntil(Promise.all(event.data.paths.map(keepPath)))
})

async function page(event) {
  try {
    const response = await fetch(event.request)
    // Sent elsewhere: to sign in, most likely.
    if (response.type === 'opaqueredirect' || response.redirected) await caches.delete(PRIVATE)
    else if (response.ok) event.waitUntil(keep(PRIVATE, SHELL, response.clone()))
    return response
  } catch {
    return (await find(PRIVATE, SHELL)) ?? awayPage()
  }
}

async function otherPage(event) {
  try {
    return await fetch(event.request)
  } catch {
    return awayPage()
  }
}

/** In place of the browser's own page, which an installed site has no way out of. */
function awayPage() {
  return new Response(AWAY, {
    status: 503,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    },
  })
}

async function conversation(event) {
  const { pathname } = new URL(event.request.url)
  try {
    const response = await fetch(event.request)
    if (response.ok) event.waitUntil(keep(PRIVATE, pathname, response.clone()))
    else if (response.status === 404) event.waitUntil(drop(PRIVATE, pathname))
    return response
  } catch (error) {
    const kept = await find(PRIVATE, pathname)
    if (kept) return kept
    throw error
  }
}

async function fileFirst(event) {
  const { href, origin, pathname } = new URL(event.request.url)
  const name = origin === self.location.origin ? pathname : href
  const kept = await find(STATIC, name)
  if (kept) return kept
  const response = await fetch(event.request)
  if (response.ok) event.waitUntil(keep(STATIC, name, response.clone()))
  return response
}

async function changePerson(request) {
  const response = await fetch(request)
  if (response.ok) await caches.delete(PRIVATE)
  return response
}

/** A path, or the whole address of a file that comes from a CDN. */
async function keepPath(path) {
  const isOfFile = isFile(new URL(path, self.location.origin))
  if (isOfFile) {
    if (await find(STATIC, path)) return
  } else if (path !== SHELL && !isConversation(path)) return
  const response = await fetch(path).catch(() => undefined)
  if (response?.ok && !response.redirected) await keep(isOfFile ? STATIC : PRIVATE, path, response)
}

async function find(cacheName, path) {
  const cache = await caches.open(cacheName)
  return await cache.match(path, { ignoreVary: true })
}

async function drop(cacheName, path) {
  const cache = await caches.open(cacheName)
  await cache.delete(path, { ignoreVary: true })
}

/**
 * Puts it in, as the newest, and the oldest out where there is no room. A full disk keeps what it has; what breaks off on its way
 * takes no place of what was whole.
 */
async function keep(cacheName, path, response) {
  try {
    const { status, statusText, headers } = response
    const whole = new Response(await response.blob(), { status, statusText, headers })
    const cache = await caches.open(cacheName)
    await cache.delete(path, { ignoreVary: true })
    await cache.put(path, whole)
    const others = (await cache.keys()).filter((request) => new URL(request.url).pathname !== SHELL)
    const most = cacheName === STATIC ? MOST_FILES : MOST_CONVERSATIONS
    await Promise.all(
      others.slice(0, Math.max(0, others.length - most)).map((request) => cache.delete(request)),
    )
  } catch (error) {
    console.warn('Not kept for the time without a network:', error)
  }
}

async function dropOldCaches() {
  const names = await caches.keys()
  await Promise.all(
    names.filter((name) => name !== STATIC && name !== PRIVATE).map((name) => caches.delete(name)),
  )
}
