// `npm run doctor`: looks at settings, keys, upstreams, database, Redis, mail, sign-in services, disk and clock, and says what is wrong.
import path from 'node:path'
import process from 'node:process'
import { type Config, ConfigError, getConfig } from '#lib/config.ts'
import { maskKey } from '#lib/gateway/keys/parse-keys.ts'
import { keysOf } from '#lib/upstream-config.ts'
import { loadSettings, openKeys } from '#server/settings.ts'
import { examineMail } from './doctor/examine-mail.ts'
import { examineSettings } from './doctor/examine-settings.ts'
import { examineSignIn } from './doctor/examine-sign-in.ts'
import { examineBuild, examineClock, examineNode, examinePort, versionOf } from './doctor/examine-site.ts'
import { examineDatabase, examineDisk, examineRedis } from './doctor/examine-storage.ts'
import { examineUpstreams } from './doctor/examine-upstreams.ts'
import { type Finding, findingsAbout } from './doctor/finding.ts'

const root = path.resolve(import.meta.dirname, '..')

/** Everything that can be looked at; settings that are wrong leave nothing else to look at. */
async function examine(): Promise<Finding[]> {
  let config: Config
  try {
    config = loadSettings(root, false)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [
      examineNode(),
      findingsAbout('Settings').wrong(error.message, 'docs/configuration.md says what it may be.'),
    ]
  }
  const keys = await examineKeys(config)
  config = getConfig()
  const [upstreams, database, redis, mail, signIn, port] = await Promise.all([
    examineUpstreams(config),
    examineDatabase(config),
    examineRedis(config),
    examineMail(config),
    examineSignIn(config),
    examinePort(config),
  ])
  return [
    examineNode(),
    ...examineDisk(config),
    ...examineClock([...upstreams.clocks, ...database.clocks, ...signIn.clocks]),
    ...examineSettings(root, config),
    ...keys,
    ...upstreams.findings,
    ...database.findings,
    ...redis,
    ...mail,
    ...signIn.findings,
    examineBuild(root),
    port,
  ]
}

/** Reads the source of keys, if one is named, and says which keys there are. */
async function examineKeys(config: Config): Promise<Finding[]> {
  const { well, wrong } = findingsAbout('Keys')
  try {
    const keeper = await openKeys(root, config)
    keeper?.close()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [wrong(error.message, 'docs/keys.md says what each source needs.')]
  }
  const keys = keysOf(getConfig())
  if (keys.length === 0) return []
  const accounts = new Set(keys.map(({ account }) => account)).size
  const masked = keys.slice(0, 5).map(({ secret }) => maskKey(secret))
  const more = keys.length > masked.length ? ', …' : ''
  return [
    well(
      `${keys.length} of ${accounts} ${accounts === 1 ? 'account' : 'accounts'}: ${masked.join(', ')}${more}.`,
    ),
  ]
}

const SIGNS = { well: '✓', remark: '!', wrong: '✗' }

function print(findings: readonly Finding[]): void {
  console.log(`\n  Tain ${versionOf(root)} · doctor\n`)
  for (const { state, about, says, advice } of findings) {
    console.log(`  ${SIGNS[state]} ${about.padEnd(9)} ${says}`)
    if (advice) console.log(`    ${''.padEnd(9)} → ${advice}`)
  }
  const wrong = findings.filter(({ state }) => state === 'wrong').length
  const remarks = findings.filter(({ state }) => state === 'remark').length
  const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`
  const sums = [
    ...(wrong ? [count(wrong, 'thing is wrong', 'things are wrong')] : []),
    ...(remarks ? [count(remarks, 'remark', 'remarks')] : []),
  ]
  console.log(`\n  ${sums.length > 0 ? `${sums.join(', ')}.` : 'All is well.'}\n`)
  process.exitCode = wrong > 0 ? 1 : 0
}

print(await examine())
