import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { debianProgram, type Found } from './debian-program.ts'
import { freePort } from './ports.ts'

/** The Redis of this machine; installed from Debian when the tests run as root. */
export const findRedis = (): Promise<Found> => debianProgram('redis-server', 'redis-server')

/** A Redis that belongs to this test alone, and can misbehave on order. */
export interface TestRedis {
  url: string
  /** Ends it at once; what it knew is gone. */
  kill(): Promise<void>
  /** Starts it again at the same place, empty. */
  start(): Promise<void>
  /** Stops its clock: connections stay, nothing is answered. */
  freeze(): void
  thaw(): void
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

/** Starts the Redis at `program` on a free port of 127.0.0.1; it writes nothing to disk. */
export async function startRedis(program: string): Promise<TestRedis> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tain-redis-'))
  const port = await freePort()
  const settings = { port, bind: '127.0.0.1', dir: directory, save: '', appendonly: 'no', daemonize: 'no' }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  let child: ChildProcess | undefined

  const start = async () => {
    child = spawn(program, args, { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'] })
    await untilReady(child)
  }
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = new Promise((resolve) => child?.once('exit', resolve))
    child.kill('SIGKILL')
    await exited
  }
  const killWithUs = () => child?.kill('SIGKILL')
  process.once('exit', killWithUs)
  const stop = async () => {
    process.off('exit', killWithUs)
    await kill()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    stop,
  }
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines: string[] = []
    if (!child.stdout) throw new Error('Redis has no standard output to read')
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (line.includes('Ready to accept connections')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`Redis did not start:\n${lines.join('\n')}`)))
  })
}
