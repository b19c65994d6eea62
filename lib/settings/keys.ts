import { z } from 'zod'
import { apiUrl, baseUrl, choice, durationOrOff, secret, text } from '../setting-kinds.ts'

/** Where keys come from, as `lib/config.ts` takes it up. `docs/keys.md` is the guide. */

/** A place in which keys stand. */
export type KeyPlace =
  | { kind: 'file'; path: string }
  /** A secret of Vault's KV version 2, and the field of it. */
  | { kind: 'vault'; mount: string; path: string; field: string }
  /** A secret of AWS Secrets Manager by name or ARN; without a field its text is the keys, or JSON with OPENAI_API_KEYS. */
  | { kind: 'aws'; id: string; field?: string }

const DEFAULT_FIELD = 'OPENAI_API_KEYS'
/** No segment is `.` or `..`. */
const PATH = /^(?!\.\.?(?:\/|$))[\w.~@+-]+(?:\/(?!\.\.?(?:\/|$))[\w.~@+-]+)*$/

/**
 * Reads `env`, `file:PATH`, `vault:MOUNT/PATH#FIELD` (or `vault:MOUNT/data/PATH#FIELD`, as Vault's own templates write
 * it, for a mount with slashes) and `aws:NAME#FIELD`; undefined for `env`. Throws a RangeError.
 */
function parseKeyPlace(text: string): KeyPlace | undefined {
  if (text === 'env') return undefined
  const [, kind, rest = ''] = /^(file|vault|aws):\s*(.*\S)\s*$/.exec(text) ?? []
  if (kind === 'file') return { kind, path: rest }
  const [, id = '', field] = /^([^#]+)(?:#([\w.-]{1,128}))?$/.exec(rest) ?? []
  if (kind === 'aws' && /^[\w/+=.@:-]{1,2048}$/.test(id)) return { kind, id, ...(field && { field }) }
  const [, mount, path] = /^\/?(.+?)\/data\/(.+)$/.exec(id) ?? /^\/?([^/]+)\/(.+)$/.exec(id) ?? []
  if (kind === 'vault' && mount && path && PATH.test(`${mount}/${path}`)) {
    return { kind, mount, path, field: field ?? DEFAULT_FIELD }
  }
  throw new RangeError(
    'must be env, file: and a path, vault: and mount/path#field, or aws: and the name or ARN of a secret',
  )
}

interface KeyMeta {
  group: 'keys'
  about: string
  fallback?: string
  example?: string
  secret?: true
  internal?: true
}

const setting = <T extends z.ZodType>(schema: T, meta: Omit<KeyMeta, 'group'>) => ({
  schema,
  meta: { group: 'keys', ...meta } satisfies KeyMeta as KeyMeta,
})

export const keySettings = {
  KEYS_FROM: setting(
    z
      .string()
      .transform((text, ctx) => {
        try {
          return parseKeyPlace(text)
        } catch (error) {
          ctx.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is not valid' })
          return z.NEVER
        }
      })
      .optional(),
    {
      about:
        'Where keys are read: `env`; `file:PATH` for a file (a Docker or Kubernetes secret, watched); `vault:MOUNT/PATH#FIELD` for a secret of HashiCorp Vault (KV version 2); `aws:NAME#FIELD` for a secret of AWS Secrets Manager. Keys stand there as in OPENAI_API_KEYS, one a line or comma-separated. New ones are taken over while requests run. Node host only.',
      fallback: 'env',
      example: 'file:/run/secrets/openai_keys',
    },
  ),
  KEYS_REFRESH: setting(durationOrOff.prefault('5m'), {
    about:
      'How often keys are read again from Vault or Secrets Manager; `off` reads them at the start and on SIGHUP only. While that fails the last good keys stay in use, and the log says `keys_source_failed`.',
    fallback: '5m',
  }),
  VAULT_ADDR: setting(baseUrl.optional(), {
    about: 'The address of Vault.',
    example: 'https://vault.example.org:8200',
  }),
  VAULT_NAMESPACE: setting(text(1, 500).optional(), {
    about: 'The namespace of the secret and of the sign-in (Vault Enterprise, HCP).',
  }),
  VAULT_AUTH: setting(choice(['token', 'approle', 'kubernetes']).optional(), {
    about: 'How the site signs in to Vault.',
    fallback: 'by what is set: `token` with VAULT_TOKEN, `approle` with VAULT_ROLE_ID, else `kubernetes`',
  }),
  VAULT_AUTH_MOUNT: setting(text(1, 200).optional(), {
    about: 'Where that way of signing in is mounted.',
    fallback: '`approle` or `kubernetes`',
  }),
  VAULT_TOKEN: setting(secret(6).optional(), {
    about:
      'The token for Vault, or `file:PATH` for a file that has it (as Vault Agent writes it). It is renewed if it can be.',
    secret: true,
  }),
  VAULT_ROLE_ID: setting(text(1, 200).optional(), { about: 'The role for AppRole.' }),
  VAULT_SECRET_ID: setting(secret(6).optional(), {
    about: 'The secret for AppRole, or `file:PATH` for a file that has it.',
    secret: true,
  }),
  VAULT_ROLE: setting(text(1, 200).optional(), {
    about: 'The role for Kubernetes, bound to the service account of the pod.',
  }),
  VAULT_JWT_FILE: setting(z.string().min(1).default('/var/run/secrets/kubernetes.io/serviceaccount/token'), {
    about: "Where Kubernetes puts the service account's token.",
    fallback: '/var/run/secrets/kubernetes.io/serviceaccount/token',
  }),
  AWS_REGION: setting(text(1, 50).optional(), {
    about:
      "The region of the secret. Credentials are found as the AWS SDK does: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, profiles, SSO, web identity, the container's or the machine's role.",
    fallback: "as the AWS SDK finds it; an ARN's own",
    example: 'eu-central-1',
  }),
  AWS_SECRET_STAGE: setting(text(1, 256).default('AWSCURRENT'), {
    about: 'Which version of the secret is read, by its staging label.',
    fallback: 'AWSCURRENT',
  }),
  ROTATE: setting(durationOrOff.optional(), {
    about:
      'How often the key is rotated, such as `7d`. With OPENAI_ADMIN_KEY, and keys in a file, in Vault or in Secrets Manager, the site does it by itself; otherwise it reminds the owner. `npm run keys:rotate` does it at once.',
    fallback: 'off',
    example: '7d',
  }),
  ROTATE_ACCOUNT: setting(
    z
      .string()
      .regex(/^[a-z0-9][\w.-]{0,31}$/i, 'must be the name of an account: letters, digits, dots, dashes')
      .optional(),
    {
      about: 'The account (`account:key`) of which the keys are rotated, where there are several.',
      fallback: 'the only one',
    },
  ),
  OPENAI_ADMIN_KEY: setting(secret(20).optional(), {
    about:
      'An admin key of the organization at OpenAI, with which rotation makes and deletes service accounts. It is used for nothing else and never sent to another upstream.',
    secret: true,
  }),
  OPENAI_PROJECT_ID: setting(
    z
      .string()
      .regex(/^[\w-]{1,100}$/, 'must be the id of a project')
      .optional(),
    {
      about: 'The project in which rotation makes keys.',
      example: 'proj_...',
    },
  ),
  OPENAI_ADMIN_URL: setting(apiUrl.default('https://api.openai.com/v1'), {
    about: 'Where the administration of OpenAI is, ending in `/v1`.',
    fallback: 'https://api.openai.com/v1',
  }),
}
