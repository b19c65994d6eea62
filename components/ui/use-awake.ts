import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/**
 * Whether the page's scripts run: not on the server, nor while what it made is taken over. Until they do, a press is lost, and a form would go where its browser sends it: into
 * the address, passwords and all. So its button waits, looking as it will.
 */
export function useAwake(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
