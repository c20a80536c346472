export function followEvents(): void {}
