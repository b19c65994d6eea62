import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '#tests/support/ports.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

/** An instruction of the Dockerfile, its words as they stand. */
interface Instruction {
  name: string
  words: string
}

const instructions: Instruction[] = read('Dockerfile')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => {
    const [name = '', ...words] = line.split(' ')
    return { name, words: words.join(' ') }
  })
const stages = instructions.reduce<Instruction[][]>((all, one) => {
  if (one.name === 'FROM') all.push([])
  all.at(-1)?.push(one)
  return all
}, [])
const [build = [], image = []] = stages
const wordsOf = (stage: Instruction[], name: string) =>
  stage.filter((one) => one.name === name).map(({ words }) => words)
const envOf = (stage: Instruction[]) =>
  Object.fromEntries(
    wordsOf(stage, 'ENV').flatMap((words) => words.split(' ').map((pair) => pair.split('='))),
  )

/** What `COPY . .` takes, by the few forms of patterns that .dockerignore has here. */
const ignored = read('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
function isIgnored(file: string): boolean {
  let result = false
  for (const line of ignored) {
    const pattern = line.replace(/^!/, '')
    const isMatch = path.matchesGlob(file, pattern) || path.matchesGlob(file, `${pattern}/**`)
    if (isMatch) result = !line.startsWith('!')
  }
  return result
}

describe('the Dockerfile', () => {
  it('names files that are there, and runs as nobody special', () => {
    expect(wordsOf(build, 'COPY')[0]).toBe('package.json package-lock.json ./')
    for (const command of [
      ...wordsOf(image, 'CMD'),
      ...wordsOf(image, 'HEALTHCHECK'),
      ...wordsOf(build, 'RUN'),
    ]) {
      const [script] = /(?:scripts|server)\/[\w.-]+/.exec(command) ?? []
      if (script) expect(existsSync(path.join(root, script)), script).toBe(true)
    }
    expect(wordsOf(image, 'USER')).toEqual(['node'])
    expect(envOf(image)).toMatchObject({ HOST: '0.0.0.0', DATA_DIR: '/data', NODE_ENV: 'production' })
  })

  it('takes everything that the site is built from, and no secret, data or test', () => {
    const sources = globSync(
      ['app/**/*', 'components/**/*', 'lib/**/*', 'public/**/*', 'server/**/*', '*.{ts,js,mjs,json}'],
      {
        cwd: root,
      },
    )
    const needed = sources.filter((file) => !/^(?:vitest|playwright|biome|tsconfig\.gateway)/.test(file))
    expect(needed.filter((file) => !file.endsWith('.md') || file.includes('/')).filter(isIgnored)).toEqual([])
    for (const file of [
      '.env',
      '.env.local',
      'data/tain.db',
      // Where the guides have them stand.
      'tls/privkey.pem',
      'keys/openai_keys',
      'front.env',
      'relay.env',
      'tain-relay.conf',
      'tests/x.ts',
      'node_modules/x',
      '.git/config',
      'README.md',
    ]) {
      expect(isIgnored(file), file).toBe(true)
    }
    expect(isIgnored('deploy/nginx/render-site.ts')).toBe(false)
    expect(isIgnored('lib/legal/terms.en.md')).toBe(false)
    expect(isIgnored('server/demo-upstream/answers/en/list.md')).toBe(false)
  })

  // Every step for real, in a directory instead of a container: DOCKERFILE=1 npx vitest run tests/unit/deploy/dockerfile
  if (!process.env.DOCKERFILE) return
  it('builds a site that starts, is healthy, answers and stops, without Docker', async () => {
    const app = mkdtempSync(path.join(tmpdir(), 'tain-image-'))
    onTestFinished(() => rmSync(app, { recursive: true, force: true }))
    const run = async (command: string, env: Record<string, string>) => {
      const child = spawn('sh', ['-c', command], {
        cwd: app,
        stdio: 'inherit',
        env: { NODE_ENV: 'production', PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      })
      return (await once(child, 'exit'))[0]
    }
    for (const { name, words } of build) {
      if (name === 'COPY' && words === '. .') {
        cpSync(root, app, {
          recursive: true,
          filter: (file) => file === root || !isIgnored(path.relative(root, file)),
        })
      } else if (name === 'COPY') {
        for (const file of words.split(' ').slice(0, -1)) cpSync(path.join(root, file), path.join(app, file))
      } else if (name === 'RUN') expect(await run(words, envOf(build)), words).toBe(0)
    }
    const front = 'SITES=site:3000 TLS_CERTIFICATE=/a.pem TLS_KEY=/b.pem node deploy/nginx/render-site.ts'
    expect(await run(`${front} | grep -q 'server site:3000'`, envOf(image))).toBe(0)
    const port = String(await freePort())
    const env = { ...envOf(image), HOST: '127.0.0.1', PORT: port, DATA_DIR: path.join(app, 'data') }
    const [command, ...args] = JSON.parse(wordsOf(image, 'CMD')[0] ?? '[]')
    const site = spawn(command, args, {
      cwd: app,
      env: { NODE_ENV: 'production', PATH: process.env.PATH, ...env },
    })
    onTestFinished(() => void site.kill('SIGKILL'))
    let output = ''
    site.stdout.on('data', (chunk) => {
      output += chunk
    })
    await expect.poll(() => output, { timeout: 30_000 }).toMatch(/Site\s+http/)
    const health = /CMD (\[.*\])/.exec(wordsOf(image, 'HEALTHCHECK')[0] ?? '')?.[1] ?? '[]'
    expect(await run(JSON.parse(health).join(' '), { PORT: port })).toBe(0)
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
    const asked = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tain-demo', messages: [{ role: 'user', content: 'Hi' }] }),
    })
    expect(asked.status).toBe(200)
    site.kill('SIGTERM')
    expect((await once(site, 'exit'))[0]).toBe(0)
    expect(await run(JSON.parse(health).join(' '), { PORT: port })).toBe(1)
  }, 1_200_000)
})
