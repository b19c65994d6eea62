import type { Generated, Kysely } from 'kysely'

/**
 * The tables, as both dialects know them. Ids are texts made by whoever creates the row, times are Unix milliseconds,
 * JSON is kept as text (parsed by `lib/chat`), so that SQLite and PostgreSQL read the same.
 */
export interface Schema {
  conversation: {
    id: string
    owner: string
    title: string
    /** Who named it. The site never changes a person's title. */
    title_source: Generated<'question' | 'model' | 'person'>
    active_leaf_id: string | null
    /** Counts every change but those of messages; a change names the revision it was made on. */
    revision: number
    created_at: number
    updated_at: number
    pinned_at: Generated<number | null>
    archived_at: Generated<number | null>
    /** Deleted by its owner, who can still undo it; erased after some time. */
    deleted_at: Generated<number | null>
    /** How it is to be answered, as JSON. */
    settings: Generated<string>
    folder_id: Generated<string | null>
    /** When its owner last did anything with it but asking, which is `updated_at`: unused ones are erased by the later. */
    touched_at: Generated<number>
  }
  message: {
    id: string
    conversation_id: string
    parent_id: string | null
    role: 'user' | 'assistant'
    parts: string
    status: 'complete' | 'running' | 'stopped' | 'interrupted' | 'failed'
    error: string | null
    model: string | null
    /** The model asked for this answer, where it is not that of its conversation. */
    model_asked: Generated<string | null>
    /** What its owner thinks of an answer. */
    rating: Generated<'good' | 'bad' | null>
    /** The first message that its model was sent, where not all of them fitted; may be gone by now. */
    context_from: Generated<string | null>
    created_at: number
  }
  run: {
    id: string
    message_id: string
    /** The first run of an answer is 0; each continuation is one more. */
    number: number
    /** `lost`: its process fell silent. Should that one come back, it may go on unless the answer was continued. */
    status: 'running' | 'lost' | 'ended'
    /** The length of the message's parts, as materialised in it. */
    seq: number
    heartbeat_at: number
    started_at: number
    ended_at: number | null
    /** When somebody asked, at whichever instance, that the run stop. */
    stop_requested_at: number | null
    /** When another instance last looked for news of the run. */
    watched_at: number | null
    receipt: string | null
  }
  /** What upstream answered, byte for byte. */
  run_raw: {
    run_id: string
    gzip_base64: string
    kept_at: number
  }
  /** A question that waits for the answer before it; see `lib/chat/question-queue.ts`. */
  queued_question: {
    /** Of the question, once it is asked. */
    id: string
    conversation_id: string
    /** Of its answer, once it is asked. */
    answer_id: string
    /** The answer it waits for. */
    below_id: string
    /** Its text, files and model, as JSON. */
    question: string
    revision: number
    /** 1: it is to be asked with its owner's own key, which is not kept. */
    has_own_key: number
    /** Why it waits for its owner instead, as JSON. */
    held: string | null
    created_at: number
  }
  /** What somebody attached, or a tool made; its bytes lie in the file store. See `lib/chat/files/`. */
  file: {
    id: string
    owner: string
    sha256: string
    /** As it was called when it came. A question keeps a name of its own for it. */
    name: string
    /** Told by its content. */
    media_type: string
    bytes: number
    /** Of images, in pixels, as they are seen. */
    width: number | null
    height: number | null
    /** Of PDFs. */
    pages: number | null
    /** Length of the text that was read out of it; null for images. */
    text_chars: number | null
    /** `arriving`: its bytes are being put away. `gone`: nobody's any more, its bytes are being removed. */
    status: 'arriving' | 'kept' | 'gone'
    created_at: number
    /** When it was last uploaded or attached. What no conversation uses goes a day after that. */
    touched_at: number
  }
  file_use: {
    conversation_id: string
    file_id: string
  }
  /** A branch as it was when its owner shared it. Whose it is, its conversation says. */
  share: {
    /** 128 random bits, 22 characters of base64url. */
    id: string
    conversation_id: string
    title: string
    /** What readers see, as JSON; see `share-contract.ts`. */
    messages: string
    created_at: number
    expires_at: number | null
  }
  /** Conversations that belong together, to their owner's mind. */
  folder: {
    id: string
    owner: string
    name: string
    /** 1: its conversations are folded away in the list. */
    collapsed: Generated<number>
    created_at: number
  }
  /** Texts to be found, folded; the newest has the highest id. A title has no message. See `search-text.ts`. */
  search_row: {
    id: Generated<number>
    conversation_id: string
    message_id: string | null
    owner: string
    text: string
    /** PostgreSQL only; SQLite has them in a full-text table beside. */
    grams: Generated<string>
  }
  /** Everybody whom the site knows, guests too; `owner` elsewhere is such an id. */
  account: {
    id: string
    role: 'owner' | 'admin' | 'user' | 'guest'
    name: string
    /** In lower case. */
    email: string | null
    /** When it was shown to be the person's own; null while they only say so. */
    email_confirmed_at: number | null
    password_hash: string | null
    /** The access code by which a person came. */
    access_code_id: string | null
    /** Of guests: a keyed hash of the address, to count them. */
    address_hash: string | null
    created_at: number
    seen_at: number
    disabled_at: number | null
  }
  /** How others know an account: a sign-in provider, by its issuer, and its id for the person. */
  account_link: {
    provider: string
    subject: string
    account_id: string
    /** By which the person knows it again: an address or a name. */
    label: string | null
    created_at: number
  }
  /** Somebody signed in with one browser. Without its row a session's cookie is worth nothing. */
  session: {
    id: string
    account_id: string
    agent: string
    created_at: number
    seen_at: number
    expires_at: number
  }
  /** Links that work once. Kept as a digest. */
  one_time_code: {
    digest: string
    kind: 'invite' | 'reset' | 'mailed_reset' | 'confirm'
    account_id: string | null
    created_by: string
    created_at: number
    expires_at: number
  }
  /** What a person's programs show at `/v1`. Kept as a digest; `prefix` is how its owner knows it again. */
  api_token: {
    id: string
    account_id: string
    name: string
    prefix: string
    digest: string
    created_at: number
    expires_at: number | null
    used_at: number | null
  }
  /** Codes with which several people come in. Kept as a digest. */
  access_code: {
    id: string
    name: string
    digest: string
    created_at: number
    expires_at: number | null
    /** Of each who comes by it, in place of the same limits of their role, as JSON. */
    quota: Generated<string>
  }
  /** What a person chose for the whole site, each thing a row of its own, as JSON. */
  preference: {
    owner: string
    name: string
    value: string
  }
  /** A text to begin with, kept by its owner; in no folder with ''. */
  prompt: {
    owner: string
    id: string
    folder: string
    title: string
    text: string
  }
  /** That somebody accepted the legal texts (`lib/legal/acceptance.ts`): an edition, and what of it they read. */
  acceptance: {
    owner: string
    edition: string
    /** The age that they had to confirm; 0 for none. */
    minimum_age: number
    terms_sha256: string
    privacy_sha256: string
    locale: string
    accepted_at: number
  }
  /** A legal text as it was when somebody accepted it, by its SHA-256. */
  legal_text: {
    sha256: string
    name: string
    locale: string
    version: string
    markdown: string
    kept_at: number
  }
  /** What somebody reported (`lib/legal/reports.ts`), as it was, and what was done about it. */
  report: {
    id: string
    /** Who reported; null for strangers, and for those who are gone. */
    owner: string | null
    /** A keyed hash of the address, to count them, while it is open. */
    address_hash: string | null
    message_id: string | null
    share_id: string | null
    model: string | null
    content: string
    reason: string
    comment: string
    created_at: number
    /** These are null while it is open. */
    action: string | null
    action_note: string | null
    action_by: string | null
    action_at: number | null
  }
  /** That a question was refused, or passed without having been looked at (`lib/legal/moderated.ts`). */
  moderation: {
    id: string
    owner: string
    checked_by: 'upstream' | 'local' | 'nobody'
    /** The upstream's model, where that was asked. */
    model: Generated<string | null>
    /** A JSON array of names. */
    categories: string
    action: 'refused' | 'passed'
    created_at: number
  }
  /** What everybody of a role may use, as JSON; see `accounts/quotas/quota.ts`. */
  role_quota: {
    role: 'admin' | 'user' | 'guest'
    quota: string
  }
  /** What one account may use in place of its role's limits, as JSON. */
  account_quota: {
    account_id: string
    quota: string
  }
  /** In millionths of a US dollar for a million tokens; `*` is any other model. */
  model_price: {
    model: string
    input: number
    cached: number
    output: number
  }
  /** What an account has used in the periods that run, reservations included; see `accounts/quotas/reserve.ts`. */
  quota_use: {
    account_id: string
    /** When the periods began, in UTC. */
    hour: number
    day: number
    month: number
    messages_hour: number
    tokens_day: number
    tokens_month: number
    /** In millionths of a US dollar. */
    cost_day: number
    cost_month: number
    /** Requests under way. */
    running: number
    /** What was redeemed and is left: drawn from where a limit is used up, and below zero after an answer that was longer. */
    credit_tokens: Generated<number>
    credit_cost: Generated<number>
  }
  /** A request under way and what is reserved for it. After `expires_at` its process is taken for dead. */
  quota_hold: {
    id: string
    account_id: string
    /** Of the periods. */
    tokens: number
    cost: number
    /** Of the credit, in place of the periods. */
    credit_tokens: Generated<number>
    credit_cost: Generated<number>
    day: number
    month: number
    expires_at: number
  }
  /** Limits of an account that are raised until a time; see `accounts/quotas/redeem.ts`. */
  quota_pass: {
    id: string
    account_id: string
    /** As JSON. */
    quota: string
    ends_at: number
  }
  /** What each code of a batch adds. */
  redeem_batch: {
    id: string
    name: string
    tokens: number
    /** In millionths of a US dollar. */
    cost: number
    /** How long `quota`, as JSON, raises limits; 0 where it does not. */
    days: number
    quota: string
    created_at: number
    /** When its codes are of no use any more; null for never. */
    expires_at: number | null
  }
  /** A code that adds once. Kept as a digest; one that was redeemed stays, without the account when that is erased. */
  redeem_code: {
    digest: string
    batch_id: string
    account_id: string | null
    redeemed_at: number | null
  }
  /** Wrong passwords and codes of an address (a keyed hash of it) within an hour. */
  wrong_try: {
    bucket: string
    started_at: number
    count: number
  }
  /** A response, file, batch … at the upstream, and the account of the key pool that made it. */
  upstream_object: {
    id: string
    account: string
    seen_at: number
  }
  /** How far the rotation of an account's keys is (`lib/secrets/rotation`). */
  key_rotation: {
    account: string
    /** Of the service account that this rotation makes. */
    name: string
    step: 'idle' | 'making' | 'storing' | 'waiting' | 'draining' | 'deleting'
    /** Since when it is at this step. */
    step_at: number
    /** The one whose key is in use, or is to be. */
    service_account: string | null
    /** SHA-256 of its key. */
    digest: string | null
    /** The one to be deleted. */
    old_service_account: string | null
    /** When the last rotation was over. */
    last_at: number | null
    failure: string | null
    failed_at: number | null
    /** Who works on it, and until when nobody else may. */
    runner: string | null
    lease_until: number
  }
  /** One row: who erases what is due, until when nobody else may, and when that was last done. */
  housekeeping: {
    id: 'house'
    runner: string | null
    lease_until: number
    last_at: number | null
    /** Since when it fails; null while it does not. */
    failed_at: number | null
  }
  /** How much was erased because its time was over, by day (`2026-11-27`, UTC) and kind. */
  erased_count: {
    day: string
    kind: string
    count: number
  }
  /** Which keys an instance uses: a JSON array of SHA-256. */
  key_use: {
    instance: string
    digests: string
    seen_at: number
  }
  /** Since when a key is in use here, by its SHA-256. */
  key_age: {
    digest: string
    since: number
  }
}

export type Database = Kysely<Schema>
