/** Stands for any style sheet. */
export {}
