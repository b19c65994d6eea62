/** How long a share can be had, in days; null is until it is withdrawn. */
export const shareLifetimes = [1, 7, 30, null] as const
