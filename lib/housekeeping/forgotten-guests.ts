import { deleteAccount } from '../accounts/accounts.ts'
import { listForgottenGuests } from '../accounts/list-forgotten-guests.ts'
import { eraseOwner } from '../chat/change-owner.ts'
import type { FileStore } from '../chat/files/file-store.ts'
import type { Expiring } from '../db/expiring.ts'

/** Guests who have asked nothing for GUEST_DAYS, with everything that is theirs. */
export function forgottenGuests(store: FileStore): Expiring {
  return {
    count: async (db, now) => (await listForgottenGuests(db, now)).length,
    async erase(db, now, limit) {
      const guests = await listForgottenGuests(db, now, limit)
      for (const id of guests) {
        await eraseOwner(db, id, store)
        await deleteAccount(db, id)
      }
      return guests.length
    },
  }
}
