import { type Config, getConfig } from '../../config.ts'
import { createDiskStore } from './disk-store.ts'
import type { FileStore } from './file-store.ts'
import { createS3Store } from './s3-store.ts'

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
