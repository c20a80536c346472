/** Parameters of {@link Auth0.getDPoPHeaders}. */
export interface DPoPHeadersParams {
  /** Of the request, whole; query and fragment do not matter. */
  url: string;
  method: string;
  accessToken: string;
  /** As the credentials name it: `DPoP` yields a proof, anything else a plain Bearer header. */
  tokenType: string;
  /** `DPoP-Nonce` of the API's last answer. Default: the last one given for that origin. */
  nonce?: string;
  /** `Date` of an answer that refused the proof: the API's clock may differ from the device's. */
  date?: string;
}
