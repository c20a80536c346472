export function sendOverHttp(
  url: string,
  init?: { method?: string; headers?: Record<string, string>; body?: string; signal?: AbortSignal },
): Promise<{ status: number; statusText: string; headers: Record<string, string>; cookies: string[]; body: string }>;
