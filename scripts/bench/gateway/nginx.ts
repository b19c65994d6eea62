import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../../tests/support/ports.ts'

/**
 * `default`: `proxy_pass` and nothing else, so a new connection to upstream for every request, and buffered answers.
 * `keep-alive`: as nginx's documentation says it is to be set up, and answers passed on as they come.
 */
export type NginxKind = 'default' | 'keep-alive'

const LOCATIONS: Record<NginxKind, (upstreamPort: number) => string> = {
  default: (port) => `proxy_pass http://127.0.0.1:${port};`,
  'keep-alive': () => `proxy_pass http://constant;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;`,
}

function configuration(kind: NginxKind, directory: string, port: number, upstreamPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${directory}/${name};`,
  )
  return `daemon off;
master_process off;
pid ${directory}/nginx.pid;
error_log stderr notice;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off;
${temporary.join('\n')}
  keepalive_requests 100000000;
  upstream constant {
    server 127.0.0.1:${upstreamPort};
    keepalive 1024;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      ${LOCATIONS[kind](upstreamPort)}
    }
  }
}
`
}

/** Starts nginx with one process as a proxy before `upstreamPort`. Rejects with what it printed when it does not start. */
export async function startNginxProxy(program: string, kind: NginxKind, upstreamPort: number) {
  const directory = await mkdtemp(path.join(tmpdir(), 'tain-bench-nginx-'))
  const port = await freePort()
  const file = path.join(directory, 'nginx.conf')
  await writeFile(file, configuration(kind, directory, port, upstreamPort))
  const child = spawn(program, ['-p', directory, '-c', file, '-e', 'stderr'], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const exited = once(child, 'exit')
  const stop = async () => {
    process.off('exit', killWithUs)
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await exited
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await untilListening(child.stderr)
    return { port, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** nginx opens its sockets before it names its way of waiting for events. */
async function untilListening(output: NodeJS.ReadableStream): Promise<void> {
  const lines: string[] = []
  for await (const line of createInterface({ input: output })) {
    if (line.includes('event method')) {
      // What it says later is nobody's, but must not fill the pipe.
      output.resume()
      return
    }
    lines.push(line)
  }
  throw new Error(`nginx did not start: ${lines.join(' ')}`)
}
