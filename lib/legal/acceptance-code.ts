/** The code of the 428 with which the site answers whoever sends something before they have accepted the terms. */
export const TERMS_NOT_ACCEPTED = 'terms_not_accepted'
