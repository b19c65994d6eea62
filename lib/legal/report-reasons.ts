/** The longest comment on a report, and the longest note about what was done. */
export const MAX_REPORT_CHARS = 2_000

/** Why something is reported. Here without their schemas, for the browser. */
export const reportReasons = ['illegal', 'harmful', 'sexual', 'privacy', 'rights', 'wrong', 'other'] as const
export type ReportReason = (typeof reportReasons)[number]

/** What the site's people did: nothing, because there was no reason to; the share was withdrawn; or what their note says. */
export const reportActions = ['dismissed', 'share_removed', 'other'] as const
export type ReportAction = (typeof reportActions)[number]
