package covey.compute.ops;

/**
 * Factors of one AdamW step.
 *
 * @param learningRate of this step
 * @param decay what remains of a parameter: 1 − learning rate · weight decay
 * @param beta1 of the first moment
 * @param beta2 of the second moment
 * @param epsilon added to the root of the corrected second moment
 * @param correction1 1 − β1^t
 * @param correction2 1 − β2^t
 * @param gradientScale what each gradient value is multiplied with first (clip by global norm)
 */
public record AdamStep(
        float learningRate,
        float decay,
        float beta1,
        float beta2,
        float epsilon,
        float correction1,
        float correction2,
        float gradientScale) {
    /** The same step without weight decay. */
    public AdamStep withoutDecay() {
        return new AdamStep(learningRate, 1f, beta1, beta2, epsilon, correction1, correction2, gradientScale);
    }
}
