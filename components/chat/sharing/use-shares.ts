import { useCallback, useEffect, useState } from 'react'
import type { Share, ShareRequest } from '#lib/chat/sharing/share-contract.ts'
import type { shareDialogTexts } from '#lib/i18n/rooms/sharing.ts'
import { postJson, RequestFailure, requestJson } from '../state/run-client.ts'

export type ShareFault = keyof (typeof shareDialogTexts)['en']['faults']

export interface Shares {
  /** Newest first; null until they are known. */
  list: readonly Share[] | 'failed' | null
  fault: ShareFault | null
  isCreating: boolean
  /** The last thing that was done was to withdraw one. */
  hasRevoked: boolean
  reload(): void
  /** Makes one; null, with `fault`, when that failed. */
  create(request: ShareRequest): Promise<Share | null>
  /** Sets `fault` when that failed. A share that is gone already counts as withdrawn. */
  revoke(share: Share): Promise<void>
}

/** The person's shares, as the site has them. */
export function useShares(): Shares {
  const [list, setList] = useState<Shares['list']>(null)
  const [fault, setFault] = useState<ShareFault | null>(null)
  const [isCreating, setCreating] = useState(false)
  const [hasRevoked, setRevoked] = useState(false)
  const begin = () => {
    setFault(null)
    setRevoked(false)
  }
  // One that could not be loaded still has to be.
  const change = (to: (known: readonly Share[]) => Share[]) =>
    setList((known) => (Array.isArray(known) ? to(known) : known))

  const reload = useCallback(() => {
    setList(null)
    requestJson<{ shares: Share[] }>('/api/shares').then(
      ({ shares }) => setList(shares),
      () => setList('failed'),
    )
  }, [])
  useEffect(reload, [reload])

  return {
    list,
    fault,
    isCreating,
    hasRevoked,
    reload,
    async create(request) {
      begin()
      setCreating(true)
      try {
        const share = await requestJson<Share>('/api/shares', postJson(request))
        change((known) => [share, ...known])
        return share
      } catch (error) {
        setFault(faultOf(error))
        return null
      } finally {
        setCreating(false)
      }
    },
    async revoke(share) {
      begin()
      try {
        await requestJson(`/api/shares/${share.id}`, { method: 'DELETE' })
      } catch (error) {
        if (!(error instanceof RequestFailure && error.status === 404)) {
          return setFault(faultOf(error))
        }
      }
      change((known) => known.filter(({ id }) => id !== share.id))
      setRevoked(true)
    },
  }
}

function faultOf(error: unknown): ShareFault {
  const code = error instanceof RequestFailure ? error.code : ''
  return code === 'nothing_to_share' || code === 'too_many_shares' || code === 'not_found' ? code : 'other'
}
