import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFileSource } from '#lib/secrets/file-source.ts'

const [one, two] = ['sk-aaaaaaaaaaaaaaaaaaaaaaaa', 'sk-bbbbbbbbbbbbbbbbbbbbbbbb']
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tain-keys-'))
})
afterAll(() => rm(directory, { recursive: true }))

it('reads keys by line or comma, without remarks and the marks of other systems', async () => {
  const file = path.join(directory, 'keys')
  await writeFile(file, `\ufeff# the first project\r\na:${one}\r\n\r\nb:${two}, c:another-key\n`)
  expect(await createFileSource(file).load()).toBe(`a:${one},b:${two}, c:another-key`)
})

it('says so when there is no such file', async () => {
  const source = createFileSource(path.join(directory, 'none'))
  await expect(source.load()).rejects.toMatchObject({ code: 'not_found', message: /ENOENT/ })
})

it('rewrites the file with its remarks and rights, and leaves it alone when nothing changes', async () => {
  const file = path.join(directory, 'rewritten')
  await writeFile(file, `# mine\na:${one}\n`, { mode: 0o600 })
  await chmod(file, 0o600)
  const source = createFileSource(file)
  await source.rewrite((text) => text.replace(one, two))
  expect(await readFile(file, 'utf8')).toBe(`# mine\na:${two}\n`)
  const before = await stat(file)
  expect(before.mode & 0o777).toBe(0o600)
  await source.rewrite((text) => text)
  expect((await stat(file)).mtimeMs).toBe(before.mtimeMs)
})

it('notices that Kubernetes swapped the directory of a secret', async () => {
  for (const [name, key] of [
    ['v1', one],
    ['v2', two],
  ] as const) {
    await mkdir(path.join(directory, name))
    await writeFile(path.join(directory, name, 'key'), key)
  }
  await symlink('v1', path.join(directory, '..data'))
  const file = path.join(directory, 'mounted')
  await symlink(path.join('..data', 'key'), file)
  const changed = Promise.withResolvers<void>()
  const source = createFileSource(file, { lookEveryMs: 20 })
  let calls = 0
  // The first call comes in any case; the second is what was noticed.
  const stop = source.watch?.(() => {
    if (++calls > 1) changed.resolve()
  })
  // The watcher's first look has no event of its own, so the swap is repeated until it is noticed.
  await symlink('v2', path.join(directory, '..data_tmp'))
  await new Promise((resolve) => setImmediate(resolve))
  await rename(path.join(directory, '..data_tmp'), path.join(directory, '..data'))
  const touch = setInterval(() => void writeFile(path.join(directory, 'v2', 'key'), two), 100)
  await changed.promise
  clearInterval(touch)
  stop?.()
  expect(await source.load()).toBe(two)
})

it('keeps what is there when the disk is full', async () => {
  const file = path.join(directory, 'full')
  await writeFile(file, 'sk-old\n')
  await symlink('/dev/full', `${file}.part`)
  await expect(createFileSource(file).rewrite(() => 'sk-new\n')).rejects.toThrow(/ENOSPC/)
  expect(await readFile(file, 'utf8')).toBe('sk-old\n')
})

it('notices what changed before it was watched', async () => {
  const file = path.join(directory, 'early')
  await writeFile(file, 'sk-old\n')
  const source = createFileSource(file, { lookEveryMs: 20 })
  expect(await source.load()).toBe('sk-old')
  await writeFile(file, 'sk-new\n')
  const seen = Promise.withResolvers<void>()
  const stop = source.watch?.(() => seen.resolve())
  await seen.promise
  stop?.()
  expect(await source.load()).toBe('sk-new')
})
