import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import { SiteError } from '../../site-error.ts'
import type { FileStore } from './file-store.ts'

/** How long one request to the bucket may take. */
const TIMEOUT_MS = 60_000

export interface S3Settings {
  /** The address of the bucket; objects lie below it. */
  bucketUrl: string
  accessKeyId: string
  secretAccessKey: string
  region?: string | undefined
}

/** A bucket of S3-compatible storage. Throws {@link SiteError} 503 when it cannot be reached or refuses. */
export function createS3Store({ bucketUrl, ...keys }: S3Settings): FileStore {
  const { accessKeyId, secretAccessKey, region } = keys
  // It repeats what failed with 5xx or 429, waiting longer each time: at most 3 s in all.
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: 's3',
    retries: 5,
    ...(region !== undefined && { region }),
  })
  async function request(method: string, key: string, body?: Uint8Array): Promise<Response> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    // Otherwise the signature would not cover the bytes.
    const headers = {
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    }
    const response = await client
      .fetch(`${bucketUrl}/${key}`, { method, signal, headers, ...(body && { body: new Uint8Array(body) }) })
      .catch((cause: unknown) => {
        throw storageAway(cause)
      })
    if (response.ok || (response.status === 404 && method !== 'PUT')) return response
    await response.body?.cancel()
    throw storageAway(`${method} answered with status ${response.status}`)
  }
  return {
    async put(key, bytes) {
      await (await request('PUT', key, bytes)).body?.cancel()
    },
    async get(key) {
      const response = await request('GET', key)
      if (response.status === 404) {
        await response.body?.cancel()
        return null
      }
      return Buffer.from(await response.arrayBuffer())
    },
    async remove(keys) {
      for (const key of keys) await (await request('DELETE', key)).body?.cancel()
    },
  }
}

const storageAway = (cause: unknown) =>
  new SiteError(503, 'storage_away', "The site's file storage cannot be reached. Try again in a moment.", {
    cause,
  })
