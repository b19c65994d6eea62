import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { rolldown } from 'rolldown'
import type { Found } from './debian-program.ts'

const root = path.resolve(import.meta.dirname, '../..')
const folder = path.join(root, 'deploy/cloudflare')

/** The runtime that npm brought for this platform. Its install script, which would only link it, need not run. */
export function findWorkerd(): Found {
  const arch = process.arch === 'x64' ? '64' : process.arch
  const file = `@cloudflare/workerd-${process.platform}-${arch}/bin/workerd`
  try {
    return { path: createRequire(import.meta.url).resolve(file) }
  } catch {
    return { missing: `npm brings no workerd for ${process.platform} ${process.arch}` }
  }
}

/** The Worker of deploy/cloudflare, running in the real runtime. */
export interface TestWorker {
  /** Through a stand-in for Cloudflare's edge, which tells the runtime at once when a caller leaves. */
  port: number
  /** The runtime's own port. */
  directPort: number
  /** The same Worker in an isolate of its own, with whose limits it shares nothing but the Durable Objects. */
  otherPort: number
  /** Every line that the Worker has logged, parsed where it is JSON. */
  lines: unknown[]
  /** Resolves with the line that comes next. */
  nextLine(): Promise<unknown>
  stop(): Promise<void>
}

interface Deployment {
  main: string
  compatibility_date: string
  compatibility_flags: string[]
  durable_objects: { bindings: { name: string; class_name: string }[] }
}

/** What wrangler would deploy: its own file decides which code runs and under which flags. */
async function readDeployment(): Promise<Deployment> {
  const text = await readFile(path.join(folder, 'wrangler.jsonc'), 'utf8')
  // Comments stand on lines of their own there. The shape is that of our own file.
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, '')) as Deployment
}

/** What all Workers of a process run. */
let bundled: Promise<string> | undefined

/** Nothing is optimised: rolldown takes a `decodeURIComponent` that only checks for one that does nothing. */
async function bundle(main: string): Promise<string> {
  const input = path.join(folder, main)
  const external = ['cloudflare:workers']
  const build = await rolldown({ input, cwd: root, platform: 'browser', treeshake: false, external })
  const { output } = await build.generate({ format: 'esm', minify: false })
  await build.close()
  if (output.length !== 1) throw new Error('the Worker should be one module')
  return output[0].code
}

/**
 * The runtime's configuration: the Worker twice, as two isolates, of which the first has the Durable Objects. Settings come
 * from its environment, so that no secret is written down.
 */
function capnp(
  { compatibility_date: date, compatibility_flags: flags, durable_objects: objects }: Deployment,
  names: string[],
): string {
  const classes = objects.bindings.map(({ class_name }) => class_name)
  const bindings = [
    ...names.map((name) => `(name = "${name}", fromEnvironment = "${name}")`),
    ...objects.bindings.map(
      ({ name, class_name }) =>
        `(name = "${name}", durableObjectNamespace = (className = "${class_name}", serviceName = "main"))`,
    ),
  ]
  const worker = `modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "${date}",
      compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(', ')}],
      bindings = [${bindings.join(', ')}],`
  const namespaces = classes.map((name) => `(className = "${name}", uniqueKey = "${name}", enableSql = true)`)
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      ${worker}
      durableObjectNamespaces = [${namespaces.join(', ')}],
      durableObjectStorage = (inMemory = void),
    )),
    (name = "other", worker = (
      ${worker}
    )),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [
    (name = "main", address = "127.0.0.1:0", http = (), service = "main"),
    (name = "other", address = "127.0.0.1:0", http = (), service = "other"),
  ],
);
`
}

/** Starts the Worker with `settings` as its variables and secrets. Rejects when the runtime does not come up. */
export async function startWorker(program: string, settings: Record<string, string>): Promise<TestWorker> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tain-workerd-'))
  const deployment = await readDeployment()
  bundled ??= bundle(deployment.main)
  await writeFile(path.join(directory, 'worker.js'), await bundled)
  await writeFile(path.join(directory, 'config.capnp'), capnp(deployment, Object.keys(settings)))

  const child = spawn(program, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: directory,
    env: { NODE_ENV: 'production', ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const exited = once(child, 'exit')
  const end = async () => {
    process.off('exit', killWithUs)
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await exited
    await rm(directory, { recursive: true, force: true })
  }

  const output = collectLines([child.stdout, child.stderr])
  try {
    const [directPort, otherPort] = await Promise.race([
      listening(child.stdio[3]),
      exited.then(() => Promise.reject(new Error(`workerd did not start:\n${output.lines.join('\n')}`))),
    ])
    const edge = await startEdge(directPort)
    const stop = () => Promise.all([edge.close(), end()]).then(() => undefined)
    return { port: edge.port, directPort, otherPort, ...output, stop }
  } catch (error) {
    await end()
    throw error
  }
}

/** The runtime writes `{"event":"listen","socket":"main","port":…}` for each socket once it accepts connections. */
async function listening(control: unknown): Promise<[main: number, other: number]> {
  const ports: Record<string, number> = {}
  // The fourth of `stdio` is a pipe as asked for; Node's types know only the first three.
  const lines = createInterface({ input: control as NodeJS.ReadableStream })
  for await (const line of lines) {
    const { event, socket, port } = JSON.parse(line)
    if (event === 'listen') ports[socket] = port
    if (ports.main !== undefined && ports.other !== undefined) return [ports.main, ports.other]
  }
  throw new Error('workerd closed its control pipe without listening')
}

function collectLines(streams: (NodeJS.ReadableStream | null)[]): Pick<TestWorker, 'lines' | 'nextLine'> {
  const lines: unknown[] = []
  let arrival = Promise.withResolvers<unknown>()
  for (const input of streams) {
    if (!input) continue
    createInterface({ input }).on('line', (text) => {
      const line = text.startsWith('{') ? JSON.parse(text) : text
      lines.push(line)
      arrival.resolve(line)
      arrival = Promise.withResolvers()
    })
  }
  return { lines, nextLine: () => arrival.promise }
}

/**
 * Passes bytes on both ways. A caller that closes is reported as a reset: the runtime takes a mere end of the caller's
 * words for no reason to stop, and on Cloudflare it is the edge that knows better.
 */
async function startEdge(backendPort: number): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (caller) => {
    const backend = connect({ port: backendPort, host: '127.0.0.1', allowHalfOpen: true })
    for (const socket of [caller, backend]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    backend.on('error', () => caller.resetAndDestroy())
    caller.on('error', () => backend.resetAndDestroy())
    caller.once('end', () => {
      if (!backend.readableEnded) backend.resetAndDestroy()
      caller.end()
    })
    backend.once('close', () => caller.destroySoon())
    caller.pipe(backend, { end: false })
    backend.pipe(caller)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // A server that listens on TCP has an AddressInfo.
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
