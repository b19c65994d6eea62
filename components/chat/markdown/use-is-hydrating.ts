import { useSyncExternalStore } from 'react'

const noChange = () => () => undefined

/** Whether this is rendered by the server, or over what it made. */
export function useIsHydrating(): boolean {
  return useSyncExternalStore(
    noChange,
    () => false,
    () => true,
  )
}
