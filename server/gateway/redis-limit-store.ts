import { createClient } from '@redis/client'
import { type RedisCommands, RedisLimits } from '../../lib/gateway/limits/redis-limits.ts'
import {
  createSharedStore,
  type SharedStore,
  type SharedStoreOptions,
} from '../../lib/gateway/limits/shared-store.ts'

export interface RedisLimitOptions extends SharedStoreOptions {
  /** `redis://` or, with TLS, `rediss://`; may carry user, password and database. */
  url: string
  /** What all keys begin with. */
  prefix?: string
}

/**
 * Limits shared through Redis. Connects with the first request. What happens while Redis is away is told at
 * {@link createSharedStore}.
 */
export function createRedisLimitStore({ url, prefix, ...options }: RedisLimitOptions): SharedStore {
  return createSharedStore(new RedisLimits(createConnection(url), prefix), options)
}

const CONNECT_TIMEOUT_MS = 2000

function createConnection(url: string): RedisCommands {
  let connection: { client: Client; ready: Promise<Client> } | undefined

  function connect(): Promise<Client> {
    if (connection) return connection.ready
    const client = clientFor(url)
    const ready = client.connect().then(() => client)
    connection = { client, ready }
    // A connection lives once; whoever asks next makes a new one. The command that met the failure reports it.
    client.on('error', () => {
      if (connection?.client === client) connection = undefined
    })
    return ready
  }

  return {
    send: async (args) => (await connect()).sendCommand(args),
    disconnect() {
      connection?.client.destroy()
      connection = undefined
    },
  }
}

type Client = ReturnType<typeof clientFor>

function clientFor(url: string) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false },
  })
}
