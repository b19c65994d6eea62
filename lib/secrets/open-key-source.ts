import path from 'node:path'
import { type Config, ConfigError } from '../config.ts'
import { createAwsSource } from './aws-source.ts'
import { createFileSource } from './file-source.ts'
import type { KeySource } from './key-source.ts'
import type { VaultSignIn } from './vault-session.ts'
import { createVaultSource } from './vault-source.ts'

/** The source that KEYS_FROM names; undefined for the environment. Throws `ConfigError` for what it lacks. */
export function openKeySource(root: string, config: Config): KeySource | undefined {
  const place = config.KEYS_FROM
  if (!place) return undefined
  if (place.kind === 'file') return createFileSource(path.resolve(root, place.path))
  if (place.kind === 'aws') {
    const { AWS_REGION: region, AWS_SECRET_STAGE: stage } = config
    return createAwsSource({ ...place, stage, ...(region && { region }) })
  }
  const { VAULT_ADDR: address, VAULT_NAMESPACE: namespace } = config
  if (!address) throw lacking('VAULT_ADDR')
  return createVaultSource({ ...place, address, signIn: signInOf(config), ...(namespace && { namespace }) })
}

function signInOf(config: Config): VaultSignIn {
  const { VAULT_TOKEN: token, VAULT_ROLE_ID: roleId, VAULT_ROLE: role } = config
  const method = config.VAULT_AUTH ?? (token ? 'token' : roleId ? 'approle' : 'kubernetes')
  const mount = config.VAULT_AUTH_MOUNT?.replace(/^\/?(?:auth\/)?|\/$/g, '') ?? method
  switch (method) {
    case 'token':
      if (!token) throw lacking('VAULT_TOKEN')
      return { method, token }
    case 'approle':
      if (!roleId) throw lacking('VAULT_ROLE_ID')
      return { method, mount, roleId, secretId: config.VAULT_SECRET_ID }
    case 'kubernetes':
      if (!role) throw lacking('VAULT_ROLE', 'VAULT_TOKEN, VAULT_ROLE_ID or VAULT_ROLE')
      return { method, mount, role, jwtFile: config.VAULT_JWT_FILE }
  }
}

const lacking = (name: 'VAULT_ADDR' | 'VAULT_TOKEN' | 'VAULT_ROLE_ID' | 'VAULT_ROLE', what: string = name) =>
  new ConfigError(name, `${what} must be set, because KEYS_FROM names a secret of Vault.`)
