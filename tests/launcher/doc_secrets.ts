/** What the daemon holds while the examples of the documentation run. */
export const docSecrets: Record<string, Record<string, string>> = {
  AgentSecrets: {
    "DATABASE_URL": "postgres://localhost/app",
    "OPENAI_KEY": "sk-example",
    "proj_123:development:DATABASE_URL": "postgres://dev-db",
    "proj_123:development:OPENAI_KEY": "sk-proj-dev123",
    "proj_123:production:DATABASE_URL": "postgres://prod-db",
  },
  "my-app": {
    API_KEY: "example-api-key",
    DATABASE_URL: "postgres://localhost/app",
    PORT: "8080",
  },
};
