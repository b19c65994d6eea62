import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { settings } from '#lib/config.ts'
import manifest from '../../package.json' with { type: 'json' }
import { freePort } from './ports.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** How `npm start` starts Node: what it sets in the environment, and Node's own options. */
export const startCommand = parseStart(manifest.scripts.start)

function parseStart(command: string) {
  const [, before = '', options = ''] = /^(.*) ?exec node (.*?) ?scripts\/start\.ts$/.exec(command) ?? []
  const pairs = before.split(' ').flatMap((pair) => (pair ? [pair.split('=')] : []))
  const flags = options.split(' ').filter(Boolean)
  return { env: Object.fromEntries(pairs) as Record<string, string>, flags }
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** The built site, running in a process of its own. */
export interface Site {
  /** Origin without a trailing slash. */
  url: string
  /** The gateway's base URL for clients: `{url}/v1`. */
  baseUrl: string
  /** A token that `/v1` accepts. */
  token: string
  dataDir: string
  /** Everything the process has printed so far, both streams. */
  output(): string
  /** Sends a signal and waits for the process to end. Data stays, for a restart with the same `dataDir`. */
  kill(signal: NodeJS.Signals): Promise<Exit>
  /** Ends the process at once and removes the data that this start made. */
  stop(): Promise<void>
}

export interface SiteOptions {
  /** Settings beside those the support makes (DATA_DIR, AUTH_SECRET, GATEWAY_TOKENS, HOST, PORT); they win over these. */
  env?: Record<string, string>
  /** The data of an earlier start. Its AUTH_SECRET and GATEWAY_TOKENS must then be given in `env` as well. */
  dataDir?: string
}

/** What a start ended with instead of serving. */
export class SiteStartError extends Error {
  readonly exit: Exit
  readonly output: string
  constructor(exit: Exit, output: string) {
    super(`The site ended (code ${exit.code}, signal ${exit.signal}) before it was ready:\n${output}`)
    this.name = 'SiteStartError'
    this.exit = exit
    this.output = output
  }
}

/** The settings with which a site asks a scripted upstream. */
export const upstreamSettings = (upstream: { url: string }, key = 'key-of-the-tests') => ({
  OPENAI_BASE_URL: upstream.url,
  OPENAI_API_KEY: key,
  OPENAI_MODEL: 'tain-demo',
})

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

interface Running {
  child: ChildProcess
  output(): string
  exited: Promise<Exit>
}

/** Runs a file with this process's Node and exactly the environment given, so no key of the developer's leaks in. */
function runFile(args: readonly string[], env: Record<string, string>): Running {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      // It halves the work of a start. Set by `npm test`.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...env,
    },
  })
  children.add(child)
  let output = ''
  const collect = (chunk: Buffer) => {
    output += stripVTControlCharacters(chunk.toString())
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      children.delete(child)
      resolve({ code, signal })
    })
  })
  return { child, output: () => output, exited }
}

/** Resolves with the match of the first line on standard output that has one; rejects when the process ends before. */
function untilLine({ child, output, exited }: Running, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('the process has no standard output to read')
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = pattern.exec(stripVTControlCharacters(line))
      if (match) resolve(match)
    })
    exited.then((exit) => reject(new SiteStartError(exit, output())), reject)
  })
}

async function prepare({ env = {}, dataDir }: SiteOptions) {
  const directory = dataDir ?? (await mkdtemp(path.join(tmpdir(), 'tain-site-')))
  const token = env.GATEWAY_TOKENS?.split(',')[0] ?? `tain-${randomBytes(20).toString('hex')}`
  const given: Record<string, string> = {
    // An empty setting counts as unset, and hides what a developer's .env says.
    ...Object.fromEntries(Object.keys(settings).map((name) => [name, ''])),
    HOST: '127.0.0.1',
    DATA_DIR: directory,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    GATEWAY_TOKENS: token,
    // Those who come from afar would first have to accept the terms.
    ACCEPT_TERMS: 'off',
    ...env,
  }
  return { directory, token, given, ownsDirectory: dataDir === undefined }
}

function asSite(running: Running, url: string, prepared: Awaited<ReturnType<typeof prepare>>): Site {
  const kill = (signal: NodeJS.Signals) => {
    running.child.kill(signal)
    return running.exited
  }
  return {
    url,
    baseUrl: `${url}/v1`,
    token: prepared.token,
    dataDir: prepared.directory,
    output: running.output,
    kill,
    async stop() {
      await kill('SIGKILL')
      if (prepared.ownsDirectory) await rm(prepared.directory, { recursive: true, force: true })
    },
  }
}

async function start(
  args: readonly string[],
  options: SiteOptions,
  ready: (running: Running) => Promise<string>,
  port: string,
): Promise<Site> {
  const prepared = await prepare(options)
  const running = runFile(args, { ...prepared.given, PORT: options.env?.PORT ?? port })
  try {
    return asSite(running, await ready(running), prepared)
  } catch (error) {
    running.child.kill('SIGKILL')
    await running.exited.catch(() => undefined)
    if (prepared.ownsDirectory) await rm(prepared.directory, { recursive: true, force: true })
    throw error
  }
}

/** Starts the Node host on a free port over the build in `.next`. Rejects with {@link SiteStartError} when it ends early. */
export function startNodeSite(options: SiteOptions = {}): Promise<Site> {
  const ready = async (running: Running) => {
    const [, url] = await untilLine(running, /Site\s+(http:\/\/\S+)/)
    if (!url) throw new Error('the site named no address')
    return new URL(url).origin
  }
  const { flags, env } = startCommand
  return start([...flags, 'server/main.ts'], { ...options, env: { ...env, ...options.env } }, ready, '0')
}

/** Starts plain `next start`, where the gateway is the Edge route, over the same build. */
export async function startNextSite(options: SiteOptions = {}): Promise<Site> {
  const port = String(await freePort())
  const url = `http://127.0.0.1:${port}`
  const ready = async (running: Running) => {
    await untilLine(running, /Ready in/)
    const health = await fetch(`${url}/healthz`)
    if (!health.ok) throw new Error(`/healthz answered ${health.status}:\n${running.output()}`)
    return url
  }
  const args = ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', port]
  // Plain `next start` cannot know who sits at the computer itself, so guests have to be let in.
  return start(args, { ...options, env: { GUESTS: 'open', ...options.env } }, ready, port)
}
