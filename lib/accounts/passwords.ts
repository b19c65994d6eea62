import { hash, verify } from '@node-rs/argon2'

/** argon2id with the library's parameters, which are those OWASP names (19 MiB, 2 passes). */
export const hashPassword = (password: string): Promise<string> => hash(password)

let nobodys: Promise<string> | undefined

/** Whether it is the password. Without a hash it takes as long, so that nobody learns which accounts there are. */
export async function isPassword(
  passwordHash: string | null | undefined,
  password: string,
): Promise<boolean> {
  nobodys ??= hash(crypto.randomUUID())
  const matches = await verify(passwordHash ?? (await nobodys), password)
  return matches && passwordHash != null
}
