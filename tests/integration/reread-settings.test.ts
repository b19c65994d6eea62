import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ConfigError, parseConfig, settings } from '#lib/config.ts'
import { loadSettings, openKeys, rereadSettings } from '#server/settings.ts'

const [one, two] = ['sk-aaaaaaaaaaaaaaaaaaaaaaaa', 'sk-bbbbbbbbbbbbbbbbbbbbbbbb']

describe('rereadSettings', () => {
  let root: string
  const write = (text: string) => writeFile(path.join(root, '.env'), text)
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'tain-settings-'))
    for (const name of Object.keys(settings)) vi.stubEnv(name, undefined)
    vi.stubEnv('SITE_NAME', 'From the environment')
    await write(`OPENAI_API_KEY=${one}\nSITE_NAME=From the file\n`)
    loadSettings(root, false)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await rm(root, { recursive: true })
  })

  it('reads what the files say now; the environment still wins', async () => {
    await write(`OPENAI_API_KEYS=a:${one},b:${two}\nSITE_NAME=From the file\n`)
    const config = rereadSettings(root, false)
    expect(config.OPENAI_API_KEYS.map(({ account }) => account)).toEqual(['a', 'b'])
    expect([config.OPENAI_API_KEY, config.SITE_NAME]).toEqual([undefined, 'From the environment'])
  })

  it('leaves the process as it was', async () => {
    process.env.GATEWAY_URL = 'http://127.0.0.1:9/v1'
    const before = { ...process.env }
    await write(`OPENAI_API_KEY=${two}\nOPENAI_MODEL=another\n`)
    rereadSettings(root, false)
    expect(process.env).toEqual(before)
    expect(process.env.OPENAI_API_KEY).toBe(one)
  })

  it('refuses a wrong value and changes nothing', async () => {
    const before = { ...process.env }
    await write('OPENAI_API_KEYS=a:short\n')
    expect(() => rereadSettings(root, false)).toThrow(ConfigError)
    expect(process.env).toEqual(before)
  })

  it('puts the keys of a source in the place of others', async () => {
    await write(`OPENAI_API_KEYS=a:${one}\n`)
    const { OPENAI_API_KEYS: keys } = rereadSettings(root, false, `b:${two}`)
    expect(keys).toEqual([{ account: 'b', secret: two }])
  })

  it('stops the start when the source of keys cannot be read or has none', async () => {
    await write('')
    const from = (text: string) => openKeys(root, parseConfig({ KEYS_FROM: text }))
    await expect(from('file:keys')).rejects.toThrow('KEYS_FROM names a file that cannot be read (ENOENT).')
    await writeFile(path.join(root, 'keys'), '# none yet\n')
    await expect(from('file:keys')).rejects.toThrow('KEYS_FROM names a place without keys.')
    await expect(from('vault:secret/tain')).rejects.toThrow('VAULT_ADDR must be set')
  })
})
