/** Nothing: what a runtime takes to start and end. */
export {};
