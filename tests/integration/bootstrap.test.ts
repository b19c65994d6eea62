import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const packagedName = `node-${process.platform}-${process.arch}`
const lockfile = '{"lockfileVersion":3}'

let project = ''
const inProject = (...parts: string[]) => path.join(project, ...parts)
const packaged = () => inProject('node_modules', packagedName, 'bin', 'node')
const link = () => inProject('node_modules', '.bin', 'node')

/** A project whose packages are installed, as far as the bootstrap looks. */
beforeEach(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'tain-bootstrap-'))
  await mkdir(inProject('scripts'))
  await mkdir(inProject('node_modules', '.bin'), { recursive: true })
  await mkdir(path.dirname(packaged()), { recursive: true })
  await copyFile(path.join(root, 'scripts', 'bootstrap.mjs'), inProject('scripts', 'bootstrap.mjs'))
  await writeFile(inProject('package-lock.json'), lockfile)
  const hash = createHash('sha256').update(lockfile).digest('hex')
  await writeFile(inProject('node_modules', '.tain-installed'), `${hash} dev`)
  await writeFile(packaged(), '#!/bin/sh\necho v24.21.0\n', { mode: 0o755 })
})
afterEach(() => rm(project, { recursive: true, force: true }))

/** Runs the bootstrap as the system's Node of that version would. */
function bootstrap(version: string) {
  const pretend = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`
  const result = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, 'scripts/bootstrap.mjs', '--dev'],
    { cwd: project, encoding: 'utf8' },
  )
  return { code: result.status, output: result.stdout + result.stderr }
}

test('on Node 20 the packaged Node becomes the one of npm scripts', async () => {
  expect(bootstrap('20.19.2')).toEqual({ code: 0, output: '' })
  expect(await readlink(link())).toBe(packaged())
})

test('a link that leads nowhere is replaced', async () => {
  await symlink('/nonexistent/node', link())
  expect(bootstrap('22.1.0').code).toBe(0)
  expect(await readlink(link())).toBe(packaged())
})

test('on Node 24 the system’s own is used', async () => {
  expect(bootstrap('24.0.0')).toEqual({ code: 0, output: '' })
  await expect(readlink(link())).rejects.toThrow('ENOENT')
})

test('without a packaged Node the start ends with a sentence that says what to do', async () => {
  await rm(inProject('node_modules', packagedName), { recursive: true })
  const { code, output } = bootstrap('20.19.2')
  expect(code).toBe(1)
  expect(output.trim()).toMatch(/^Tain needs Node 24 or newer; this is Node 20\.19\.2,[^\n]+$/)
})

test('npm scripts of this project run on Node 24 or newer', () => {
  const { stdout } = spawnSync('npm', ['exec', '--', 'node', '--version'], { cwd: root, encoding: 'utf8' })
  expect(Number(/v(\d+)/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(24)
})
