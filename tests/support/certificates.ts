import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { debianProgram } from './debian-program.ts'

const run = promisify(execFile)

/** A certificate authority that nobody but the test trusts. */
export interface Authority {
  /** The file of its own certificate. */
  file: string
  /** A server's key and certificate for this DNS name, as PEM. */
  issue(name: string): Promise<{ key: string; cert: string; keyFile: string; certFile: string }>
  remove(): Promise<void>
}

/** Makes an authority with the machine's openssl, in a temporary directory. Rejects where there is no openssl. */
export async function createAuthority(): Promise<Authority> {
  const found = await debianProgram('openssl', 'openssl')
  if ('missing' in found) throw new Error(found.missing)
  const openssl = found.path
  const directory = await mkdtemp(path.join(tmpdir(), 'tain-authority-'))
  // Servers under test run as somebody else, and these keys open nothing.
  await chmod(directory, 0o755)
  const at = (name: string) => path.join(directory, name)
  const request = (subject: string, keyFile: string, out: string, more: string[]) =>
    run(openssl, [
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256'],
      ...['-subj', `/CN=${subject}`, '-keyout', keyFile, '-out', out, ...more],
    ])
  await request('tain test authority', at('ca.key'), at('ca.crt'), ['-x509', '-days', '2'])

  async function issue(name: string) {
    const [keyFile, certFile] = [at(`${name}.key`), at(`${name}.crt`)]
    await request(name, keyFile, at(`${name}.csr`), [])
    await writeFile(at(`${name}.ext`), `subjectAltName=DNS:${name}\n`)
    await run(openssl, [
      ...['x509', '-req', '-days', '2', '-sha256', '-in', at(`${name}.csr`), '-out', certFile],
      ...['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at(`${name}.ext`)],
    ])
    await chmod(keyFile, 0o644)
    const [key, cert] = await Promise.all([readFile(keyFile, 'utf8'), readFile(certFile, 'utf8')])
    return { key, cert, keyFile, certFile }
  }
  return { file: at('ca.crt'), issue, remove: () => rm(directory, { recursive: true, force: true }) }
}
