import type { Config } from '../../config.ts'
import type { Database } from '../../db/schema.ts'
import { createOpenAIAdmin } from './openai-admin.ts'
import { DRAIN_MS, type KeyStore, type Rotation } from './rotate-keys.ts'

/** The rotation of an account's key as the settings have it; undefined without an admin key and its project. */
export function openRotation(
  db: Database,
  config: Config,
  account: string,
  store: KeyStore,
): Rotation | undefined {
  const { OPENAI_ADMIN_KEY: adminKey, OPENAI_PROJECT_ID: project, OPENAI_ADMIN_URL: baseUrl } = config
  if (adminKey === undefined || project === undefined) return undefined
  return { db, account, store, admin: createOpenAIAdmin({ adminKey, project, baseUrl }), drainMs: DRAIN_MS }
}

/** Whether the site can rotate by itself: it may make keys, and has a place to put them. */
export const canRotate = ({ OPENAI_ADMIN_KEY, OPENAI_PROJECT_ID, KEYS_FROM }: Config): boolean =>
  OPENAI_ADMIN_KEY !== undefined && OPENAI_PROJECT_ID !== undefined && KEYS_FROM !== undefined
