import { spawn } from 'node:child_process'
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { debianProgram, type Found } from './debian-program.ts'
import { freePort } from './ports.ts'

/** The nginx of this machine; installed from Debian when the tests run as root. */
export const findNginx = (): Promise<Found> => debianProgram('nginx', 'nginx')

/** A running nginx that belongs to this test alone. */
export interface TestNginx {
  port: number
  url: string
  /** Its root of files; empty but for what the test puts there. */
  root: string
  stop(): Promise<void>
}

/** Debian's user and group that own nothing: nginx runs unprivileged even when the tests do not. */
const NOBODY = { uid: 65_534, gid: 65_534 }

/**
 * Starts nginx at `program` in one process, without privileges, on a free port of 127.0.0.1 and with all its files in
 * a temporary directory. `http` is what stands inside `http { … }`; `listen`, in it, is to be used by its servers.
 */
export async function startNginx(
  program: string,
  http: (at: { listen: string; root: string }) => string,
): Promise<TestNginx> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tain-nginx-'))
  const root = path.join(directory, 'root')
  await mkdir(root)
  const user = process.getuid?.() === 0 ? NOBODY : undefined
  if (user) await Promise.all([directory, root].map((dir) => chown(dir, user.uid, user.gid)))
  const port = await freePort()
  const file = path.join(directory, 'nginx.conf')
  await writeFile(file, configuration(directory, http({ listen: `127.0.0.1:${port}`, root })))

  const args = ['-p', directory, '-c', file, '-e', 'stderr']
  const child = spawn(program, args, { ...user, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const stop = async () => {
    process.off('exit', killWithUs)
    const exited = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await exited
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await untilListening(child)
  } catch (error) {
    await stop()
    throw error
  }
  return { port, url: `http://127.0.0.1:${port}`, root, stop }
}

function configuration(directory: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${directory}/${name};`,
  )
  return `daemon off;
master_process off;
pid ${directory}/nginx.pid;
error_log stderr notice;
events { worker_connections 512; }
http {
  access_log off;
${temporary.join('\n')}
${http}
}
`
}

/** nginx opens its sockets before it names its way of waiting for events. */
function untilListening(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines: string[] = []
    if (!child.stderr) throw new Error('nginx has no standard error to read')
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line)
      if (line.includes('event method')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`nginx did not start:\n${lines.join('\n')}`)))
  })
}
