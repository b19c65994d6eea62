import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { findTokenOwner } from '#lib/accounts/api-tokens.ts'
import { isOpen } from '#lib/accounts/open-accounts.ts'
import { hasOwner } from '#lib/accounts/owner.ts'
import { drainRuns } from '#lib/chat/runs/live-runs.ts'
import { interruptLostRuns } from '#lib/chat/runs/lost-runs.ts'
import { type Config, ConfigError, getConfig, provideConfig } from '#lib/config.ts'
import { closeDatabase, databaseFile, getDatabase } from '#lib/db/database.ts'
import { provideInnerGateway } from '#lib/inner-gateway.ts'
import { batchLog, log } from '#lib/log.ts'
import { answerWithPage } from '#lib/page-status.ts'
import type { KeyKeeper } from '#lib/secrets/key-keeper.ts'
import { keysOf, upstreamOf } from '#lib/upstream-config.ts'
import { announcement, siteUrl } from './announce.ts'
import { requireBuiltSite } from './built-site.ts'
import { createDemoUpstream } from './demo-upstream/demo-upstream.ts'
import { createFrontDoor, type Door } from './front-door.ts'
import { createQuotaMeter } from './gateway/metering/quota-meter.ts'
import type { NodeGateway } from './gateway/node-gateway.ts'
import { openGateway, takeOverSupply } from './gateway/open-gateway.ts'
import { rememberCallers } from './gateway/remembered-callers.ts'
import { createStatusPage } from './gateway/status-page.ts'
import { keepHouseHourly } from './keep-house-hourly.ts'
import { followRotation } from './key-rotation.ts'
import { completeSettings, loadSettings, openKeys, rereadSettings } from './settings.ts'
import { StartError, sentenceOf } from './start-error.ts'
import { sweepRuns } from './sweep-runs.ts'
import { createVisitorMark } from './visitor-mark.ts'

/** The Node host: everything one process needs, from settings to the last drained answer. */

const root = path.resolve(import.meta.dirname, '..')
const LAST_WORDS_MS = 1_000

async function start(dev: boolean): Promise<void> {
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' })
  const set = loadSettings(root, dev)
  if (!dev) requireBuiltSite(root, set)
  const keys = await openKeys(root, set)
  let config = completeSettings(getConfig())

  const demo = upstreamOf(config).kind === 'demo' ? await createDemoUpstream({ record: false }) : undefined
  if (demo) config = provideConfig({ TAIN_DEMO_URL: demo.url })

  const db = await getDatabase().catch((cause) => {
    throw new StartError(`The database could not be opened: ${sentenceOf(cause)}`, { cause })
  })
  const interruptedRuns = await interruptLostRuns(db, { all: databaseFile(config) !== undefined })

  const meter = createQuotaMeter(db)
  const gateway = openGateway(config, db, {
    findCaller: rememberCallers((digest) => findTokenOwner(db, digest)),
    meter,
  })
  const markVisitor = createVisitorMark(config)
  // The port is taken first: when it is busy, nobody should wait for Next to learn that.
  const site = Promise.withResolvers<Awaited<ReturnType<typeof prepareNext>>>()
  const door = createFrontDoor({
    gateway,
    statusPage: createStatusPage(config.OPERATOR_TOKEN, () => ({
      ...gateway.status(),
      ...(keys && { keySource: keys.status() }),
    })),
    site: (req, res) => {
      markVisitor(req)
      void site.promise.then(({ handle }) => answerWithPage(res, () => handle(req, res)))
    },
    ...(dev && {
      siteUpgrade: (...upgrade) => void site.promise.then(({ handleUpgrade }) => handleUpgrade(...upgrade)),
    }),
  })
  const port = await listen(door.server, config)
  config = provideConfig({ PORT: String(port) })
  provideInnerGateway(gateway.fetch)

  site.resolve(await prepareNext(dev))
  const { close: closeSite } = await site.promise

  const reload = reloadOnChange(dev, gateway, config, keys, (wanted) => rotation?.noteKeys(keysOf(wanted)))
  const rotation = followRotation({ root, db, config, keys: keysOf(config), reload })
  const endSweep = sweepRuns(db, (accountId) => isOpen(db, accountId))
  const endHousekeeping = keepHouseHourly(db, config)
  stopOnSignal(async () => {
    keys?.close()
    await rotation?.close()
    await stopGently(door, config)
    endSweep()
    await endHousekeeping()
    await Promise.all([gateway.close(), demo?.close(), closeSite()])
    await meter.close()
    await closeDatabase()
  })
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const madeToken = set.GATEWAY_TOKENS.length === 0
  const url = siteUrl(config.HOST, port)
  process.stdout.write(
    announcement({ version, url, config, madeToken, interruptedRuns, hasOwner: await hasOwner(db) }),
  )
}

async function prepareNext(dev: boolean) {
  const { default: next } = await import('next')
  // Next would attach its own `upgrade` listener to our server and kill sockets that are not its own; it gets an emitter
  // on which only development's sockets are announced. The option is typed as a Server, of which Next only uses `on`.
  const httpServer = new EventEmitter() as Server
  const app = next({ dev, dir: root, httpServer, quiet: !dev })
  await app.prepare()
  return {
    handle: app.getRequestHandler(),
    handleUpgrade: (...upgrade: unknown[]) => void httpServer.emit('upgrade', ...upgrade),
    close: () => app.close(),
  }
}

function listen(server: Server, config: Pick<Config, 'HOST' | 'PORT'>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = {
        EADDRINUSE: `PORT ${config.PORT} is in use by another program; stop that one or set another PORT.`,
        EACCES: `PORT ${config.PORT} may not be used by this user; set a PORT above 1023.`,
        EADDRNOTAVAIL: `HOST ${config.HOST} is not an address of this machine.`,
      }[cause.code ?? '']
      reject(new StartError(why ?? `The site cannot listen on ${config.HOST}:${config.PORT}.`, { cause }))
    })
    // A server that listens on TCP has an AddressInfo.
    server.listen(config.PORT, config.HOST, () => resolve((server.address() as AddressInfo).port))
  })
}

async function stopGently(door: Door, config: Config): Promise<void> {
  // Readers of the last runs get a moment more, to see how those ended.
  const [runs] = await Promise.all([
    drainRuns(config.DRAIN_TIMEOUT),
    door.close(config.DRAIN_TIMEOUT + LAST_WORDS_MS),
  ])
  if (runs.interrupted > 0) log('warn', 'runs_interrupted', { count: runs.interrupted })
}

/** SIGHUP, or other keys in their source, takes over keys and upstreams. A wrong value changes nothing. Returns how to do it. */
function reloadOnChange(
  dev: boolean,
  gateway: NodeGateway,
  running: Config,
  keys: KeyKeeper | undefined,
  onTaken: (wanted: Config) => void,
): () => Promise<void> {
  const takeOver = () => {
    try {
      const wanted = rereadSettings(root, dev, keys?.keys)
      if (takeOverSupply(gateway, running, wanted)) onTaken(wanted)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      // The message names the setting and repeats no secret.
      log('error', 'reload_refused', { cause: error.message })
    }
  }
  const reload = async () => {
    await keys?.refresh()
    takeOver()
  }
  process.on('SIGHUP', () => void reload())
  keys?.follow(takeOver, running.KEYS_REFRESH)
  return reload
}

/** The first SIGTERM or SIGINT stops gently, the second at once. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143)
    stopping = true
    process.stdout.write('  Stopping; running answers may finish. Once more stops at once.\n')
    stop().then(
      () => process.exit(0),
      (error) => {
        log('error', 'stop_failed', { error })
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

process.on('exit', batchLog())
await start(process.argv.includes('--dev')).catch((error: unknown) => {
  const known = error instanceof ConfigError || error instanceof StartError
  console.error(`\n  ${known ? error.message : `Tain could not start: ${sentenceOf(error)}`}\n`)
  process.exit(1)
})
