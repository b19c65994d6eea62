import { type Config, getConfig } from '../../config.ts'
import { createDiskStore } from './disk-store.ts'
import { createS3Store } from './s3-store.ts'

/** Where the bytes of files lie. Keys are made by this program: letters, digits, `-`, `.` and `/`. */
export interface FileStore {
  /** When this returns, the bytes are there to stay. The same key again replaces them. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Null when there is nothing under the key. */
  get(key: string): Promise<Buffer | null>
  /** What is not there is as good as removed. */
  remove(keys: readonly string[]): Promise<void>
}

type StoreSettings = Pick<
  Config,
  'DATA_DIR' | 'S3_BUCKET_URL' | 'S3_REGION' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY'
>

export function openFileStore(settings: StoreSettings): FileStore {
  const {
    S3_BUCKET_URL: bucketUrl,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  } = settings
  if (bucketUrl === undefined || accessKeyId === undefined || secretAccessKey === undefined) {
    return createDiskStore(settings.DATA_DIR)
  }
  return createS3Store({ bucketUrl, accessKeyId, secretAccessKey, region: settings.S3_REGION })
}

let store: FileStore | undefined

/** The file store of this process. */
export function getFileStore(): FileStore {
  store ??= openFileStore(getConfig())
  return store
}
