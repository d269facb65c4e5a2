//go:build amd64 && !purego

#include "go_asm.h"
#include "textflag.h"

// Bytes 0 to 63.
DATA iota<>+0(SB)/8, $0x0706050403020100
DATA iota<>+8(SB)/8, $0x0F0E0D0C0B0A0908
DATA iota<>+16(SB)/8, $0x1716151413121110
DATA iota<>+24(SB)/8, $0x1F1E1D1C1B1A1918
DATA iota<>+32(SB)/8, $0x2726252423222120
DATA iota<>+40(SB)/8, $0x2F2E2D2C2B2A2928
DATA iota<>+48(SB)/8, $0x3736353433323130
DATA iota<>+56(SB)/8, $0x3F3E3D3C3B3A3938
GLOBL iota<>(SB), RODATA|NOPTR, $64

// By the lower six bits of a byte from 0xC0 up: 1 where it begins nothing that is read
// here (C0, C1, E0, F0 and above), 2 where it begins three bytes.
DATA leads<>+0(SB)/8, $0x0000000000000101
DATA leads<>+8(SB)/8, $0
DATA leads<>+16(SB)/8, $0
DATA leads<>+24(SB)/8, $0
DATA leads<>+32(SB)/8, $0x0202020202020201
DATA leads<>+40(SB)/8, $0x0202020202020202
DATA leads<>+48(SB)/8, $0x0101010101010101
DATA leads<>+56(SB)/8, $0x0101010101010101
GLOBL leads<>(SB), RODATA|NOPTR, $64

// Numbers of the lower and the upper halves of 32 double words.
DATA even<>+0(SB)/8, $0x0006000400020000
DATA even<>+8(SB)/8, $0x000E000C000A0008
DATA even<>+16(SB)/8, $0x0016001400120010
DATA even<>+24(SB)/8, $0x001E001C001A0018
DATA even<>+32(SB)/8, $0x0026002400220020
DATA even<>+40(SB)/8, $0x002E002C002A0028
DATA even<>+48(SB)/8, $0x0036003400320030
DATA even<>+56(SB)/8, $0x003E003C003A0038
GLOBL even<>(SB), RODATA|NOPTR, $64

// func decodeBlocks(a *wideArgs)
//
// SI text, R8 place in it, R9 its end; R10 table; R11 codes, R12 how many, R13 attributes,
// DI places. Reads of the text are masked: nothing beyond its end is touched. A block that
// can't be read leaves i, n and units as they were before it.
TEXT ·decodeBlocks(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), DX
	MOVQ wideArgs_text(DX), SI
	MOVQ wideArgs_i(DX), R8
	MOVQ wideArgs_end(DX), R9
	MOVQ wideArgs_table(DX), R10
	MOVQ wideArgs_codes(DX), R11
	MOVQ wideArgs_attrs(DX), R13
	MOVQ wideArgs_pos(DX), DI
	MOVQ wideArgs_n(DX), R12

	VMOVDQU64 iota<>(SB), Z16
	VMOVDQU64 leads<>(SB), Z17
	VMOVDQU64 even<>(SB), Z18
	MOVL $1, AX
	VPBROADCASTB AX, Z19         // 1 in each byte
	VPBROADCASTW AX, Z20
	VPADDW Z20, Z18, Z20         // the upper halves of double words
	VPADDB Z19, Z19, Z21         // 2 in each byte
	MOVL $0xC0, AX
	VPBROADCASTB AX, Z22
	MOVL $0x3F, AX
	VPBROADCASTW AX, Z23
	MOVL $0x1F, AX
	VPBROADCASTW AX, Z24
	MOVL $0x80, AX
	VPBROADCASTW AX, Z25
	MOVL $0xE0, AX
	VPBROADCASTW AX, Z26
	VPTERNLOGD $0xFF, Z27, Z27, Z27
	VPXORQ Z28, Z28, Z28         // attributes seen

next:
	MOVQ R9, CX
	SUBQ R8, CX
	JLE  done
	MOVQ $-1, BX
	CMPQ CX, $64
	JGE  full
	BZHIQ CX, BX, BX
	KMOVQ BX, K1
	VMOVDQU8.Z (SI)(R8*1), K1, Z0
	VPCMPB $1, Z22, Z0, K2       // following bytes: below 0xC0, as signed numbers
	KMOVQ K2, AX
	ANDNQ BX, AX, BX             // where characters begin
	JMP  check

full:
	VMOVDQU64 (SI)(R8*1), Z0
	VPCMPB $1, Z22, Z0, K2
	KMOVQ K2, AX
	ANDNQ BX, AX, BX

	// What begins in the last two bytes is left to the next block.
	MOVQ BX, CX
	SHRQ $62, CX
	ORQ  $4, CX
	TZCNTQ CX, CX
	ADDQ $62, CX
	SHLQ $2, BX
	SHRQ $2, BX
	BZHIQ CX, AX, AX

check:
	// AX following bytes, BX beginnings, CX how many bytes are read. After the beginning of
	// two bytes one must follow, after that of three bytes two, and nowhere else any. Where
	// beginnings follow on one another the sum below has a carry, but only beyond the first
	// bit that is wrong.
	MOVQ CX, R14
	VPMOVB2M Z0, K3
	KMOVQ K3, R15
	ANDQ BX, R15
	VPERMB Z17, Z0, Z1
	VPTESTMB Z19, Z1, K4
	VPTESTMB Z21, Z1, K5
	KMOVQ K4, DX
	TESTQ DX, R15
	JNZ  done
	KMOVQ K5, DX
	ANDQ R15, DX
	ADDQ R15, R15
	LEAQ (R15)(DX*4), DX
	CMPQ DX, AX
	JNE  done

	POPCNTQ BX, AX
	MOVQ AX, R15                 // characters to do
	KMOVQ BX, K1
	VPCOMPRESSB.Z Z16, K1, Z1    // where they begin
	VPADDB Z19, Z1, Z2
	VPADDB Z21, Z1, Z3
	VPERMB Z0, Z1, Z4            // their first bytes
	VPERMB Z0, Z2, Z5            // second
	VPERMB Z0, Z3, Z6            // third
	VPBROADCASTD R8, Z29

group:
	// 32 characters
	VPMOVZXBW Y4, Z7
	VPMOVZXBW Y5, Z8
	VPMOVZXBW Y6, Z9
	VPANDQ Z23, Z8, Z8
	VPANDQ Z23, Z9, Z9
	VPSLLW $12, Z7, Z10
	VPSLLW $6, Z8, Z11
	VPTERNLOGQ $0xFE, Z9, Z11, Z10 // those of three bytes
	VPANDQ Z24, Z7, Z12
	VPSLLW $6, Z12, Z12
	VPORQ Z8, Z12, Z12
	VPCMPUW $1, Z26, Z7, K2
	VMOVDQU16 Z12, K2, Z10         // of two
	VPCMPUW $1, Z25, Z7, K3
	VMOVDQU16 Z7, K3, Z10          // of one

	VPMOVZXWD Y10, Z11
	VEXTRACTI64X4 $1, Z10, Y12
	VPMOVZXWD Y12, Z12
	KXNORW K4, K4, K4
	KXNORW K5, K5, K5
	VPXORQ Z13, Z13, Z13
	VPXORQ Z14, Z14, Z14
	VPGATHERDD (R10)(Z11*4), K4, Z13
	CMPQ R15, $16
	JLE  looked
	CMPQ R15, $24
	JG   many
	VPGATHERDD (R10)(Y12*4), K5, Y14 // a block of Chinese has 21 characters
	JMP  looked

many:
	VPGATHERDD (R10)(Z12*4), K5, Z14

looked:
	VMOVDQA64 Z18, Z11
	VPERMI2W Z14, Z13, Z11       // codes
	VMOVDQA64 Z20, Z12
	VPERMI2W Z14, Z13, Z12       // attributes
	MOVL $-1, CX
	BZHIL R15, CX, CX
	KMOVD CX, K1
	VPCMPEQW Z27, Z11, K1, K2    // no code: to be looked up
	KORTESTD K2, K2
	JNZ  done
	VPTESTMW Z11, Z11, K1, K3    // not skipped
	KMOVD K3, CX
	POPCNTL CX, CX
	VPCOMPRESSW.Z Z11, K3, Z11
	VPCOMPRESSW.Z Z12, K3, Z12
	VPCOMPRESSB.Z Y1, K3, Y13
	VPORQ Z12, Z28, Z28
	VMOVDQU64 Z11, (R11)(R12*2)
	VMOVDQU64 Z12, (R13)(R12*2)
	VPMOVZXBD X13, Z11
	VPADDD Z29, Z11, Z11
	VMOVDQU64 Z11, (DI)(R12*4)
	VEXTRACTI128 $1, Y13, X13
	VPMOVZXBD X13, Z11
	VPADDD Z29, Z11, Z11
	VMOVDQU64 Z11, 64(DI)(R12*4)
	ADDQ CX, R12
	SUBQ $32, R15
	JLE  commit
	VEXTRACTI64X4 $1, Z1, Y1
	VEXTRACTI64X4 $1, Z4, Y4
	VEXTRACTI64X4 $1, Z5, Y5
	VEXTRACTI64X4 $1, Z6, Y6
	JMP  group

commit:
	MOVQ a+0(FP), DX
	ADDQ AX, wideArgs_units(DX)
	MOVQ R12, wideArgs_n(DX)
	ADDQ R14, R8
	JMP  next

done:
	MOVQ a+0(FP), DX
	MOVQ R8, wideArgs_i(DX)
	VEXTRACTI64X4 $1, Z28, Y0
	VPORQ Y0, Y28, Y0
	VEXTRACTI128 $1, Y0, X1
	VPORQ X0, X1, X0
	VPSRLDQ $8, X0, X1
	VPORQ X0, X1, X0
	VMOVQ X0, AX
	ORQ  AX, wideArgs_all(DX)
	VZEROUPPER
	RET

// func pairBlocks(codes *uint16, cand *uint32, f2 *uint32, shift uint64, n int) int
TEXT ·pairBlocks(SB), NOSPLIT, $0-48
	MOVQ codes+0(FP), SI
	MOVQ cand+8(FP), DI
	MOVQ f2+16(FP), R10
	VMOVQ shift+24(FP), X16
	MOVQ n+32(FP), R9
	DECQ R9                      // pairs
	XORQ R8, R8                  // place
	XORQ R12, R12                // candidates
	VPMOVZXBD iota<>(SB), Z17
	VPADDD Z17, Z17, Z17         // twice the place, the lowest bit free
	MOVL $const_hashA, AX
	VPBROADCASTD AX, Z18
	MOVL $15, AX
	VPBROADCASTD AX, Z19
	MOVL $1, AX
	VPBROADCASTD AX, Z20
	MOVL $32, AX
	VPBROADCASTD AX, Z21
	MOVL $-1, BX
	KXNORW K1, K1, K1

nextpairs:
	MOVQ R9, CX
	SUBQ R8, CX
	JLE  pairsdone
	CMPQ CX, $16
	JGE  pairs16
	BZHIL CX, BX, AX
	KMOVW AX, K1

pairs16:
	VPMOVZXWD (SI)(R8*2), Z0
	VPMOVZXWD 2(SI)(R8*2), Z1
	VPSLLD $16, Z0, Z0
	VPORD Z1, Z0, Z0
	VPMULLD Z18, Z0, Z0
	VPSRLD X16, Z0, Z0
	VPSRLD $4, Z0, Z1
	VPANDD Z19, Z0, Z0
	VPADDD Z0, Z0, Z0
	KXNORW K2, K2, K2
	VPXORQ Z2, Z2, Z2
	CMPQ CX, $8
	JG   nine
	VPGATHERDD (R10)(Y1*4), K2, Y2
	JMP  met

nine:
	VPGATHERDD (R10)(Z1*4), K2, Z2

met:
	VPSRLVD Z0, Z2, Z2
	VPTESTMD Z20, Z2, K1, K3
	VPSRLD $1, Z2, Z2
	VPANDD Z20, Z2, Z2
	VPORD Z17, Z2, Z2
	VPCOMPRESSD.Z Z2, K3, Z2
	VMOVDQU64 Z2, (DI)(R12*4)
	KMOVW K3, AX
	POPCNTL AX, AX
	ADDQ AX, R12
	ADDQ $16, R8
	VPADDD Z21, Z17, Z17
	JMP  nextpairs

pairsdone:
	MOVQ R12, ret+40(FP)
	VZEROUPPER
	RET
