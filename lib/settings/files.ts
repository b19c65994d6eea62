import { z } from 'zod'
import { baseUrl, secret, sizeOrOff, text } from '../setting-kinds.ts'

/** What people may attach, and where it is kept. A group of `lib/config.ts`, which spreads it in. */

interface FileMeta {
  group: 'storage'
  about: string
  fallback?: string
  example?: string
  secret?: true
}

const setting = <T extends z.ZodType>(schema: T, meta: Omit<FileMeta, 'group'>) => ({
  schema,
  meta: { group: 'storage', ...meta } satisfies FileMeta as FileMeta,
})

/** An attachment is read into memory whole when a model is asked about it. */
const HIGHEST_MAX_BYTES = 100 * 1024 ** 2

export const fileSettings = {
  FILE_MAX_BYTES: setting(
    sizeOrOff
      .pipe(
        z
          .number({ error: 'must be a size of at most 100MB' })
          .max(HIGHEST_MAX_BYTES, { error: 'must be a size of at most 100MB' }),
      )
      .prefault('20MB'),
    {
      about: 'The largest file that people may attach to a question, at most 100MB.',
      fallback: '20MB',
    },
  ),
  FILES_PER_PERSON: setting(sizeOrOff.prefault('1GB'), {
    about:
      'How much each person may keep in attached files, all together; guests from elsewhere a tenth of it; `off` for any amount.',
    fallback: '1GB',
  }),
  S3_BUCKET_URL: setting(baseUrl.optional(), {
    about:
      'A bucket of S3-compatible storage for attached files, as the address below which its objects lie; several instances need one. It is asked with S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.',
    fallback: 'the folder files in DATA_DIR',
    example: 'https://s3.eu-central-1.amazonaws.com/my-bucket',
  }),
  S3_REGION: setting(text(1, 60).optional(), {
    about: 'The region of S3_BUCKET_URL.',
    fallback: 'taken from the address; `us-east-1` where it does not tell',
  }),
  S3_ACCESS_KEY_ID: setting(secret(3).optional(), {
    about: 'The access key of S3_BUCKET_URL.',
  }),
  S3_SECRET_ACCESS_KEY: setting(secret(8).optional(), {
    about: 'The secret that belongs to S3_ACCESS_KEY_ID.',
    secret: true,
  }),
}

/** What a bucket lacks to be asked, if one is named. */
export function missingOfBucket(config: Record<keyof typeof fileSettings, unknown>) {
  if (config.S3_BUCKET_URL === undefined) return undefined
  return (['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const).find((name) => config[name] === undefined)
}
