package io.dunlin.node.runtime.tensorflow;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * Pointers that are moved from address to address and own nothing, so that a run makes no pointer
 * object per tensor or string. Not thread-safe: each belongs to one {@link RunSlot}.
 */
final class NativePointers {
  private NativePointers() {}

  /** Bytes somewhere in native memory. */
  static final class Bytes extends BytePointer {
    Bytes() {
      super((Pointer) null);
    }

    Bytes moveTo(long newAddress) {
      address = newAddress;
      return this;
    }
  }

  /** A {@code TF_Tensor*} held elsewhere. */
  static final class TensorHandle extends TF_Tensor {
    TensorHandle() {
      super((Pointer) null);
    }

    TensorHandle moveTo(long newAddress) {
      address = newAddress;
      return this;
    }
  }

  /** One string element of a tensor. */
  static final class StringCell extends TF_TString {
    StringCell() {
      super((Pointer) null);
    }

    StringCell moveTo(long newAddress) {
      address = newAddress;
      return this;
    }
  }
}
